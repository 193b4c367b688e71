import { createHash, type Hash } from "node:crypto";
import type { Message } from "../../core/model.js";
import { relaxedLines } from "./fields.js";
import type { EncodedPart, SlotName } from "./placeholders.js";

/** A message as it goes over the line: dot-stuffed (RFC 5321 section 4.5.2), without its last line end. */
export interface WireBytes {
  /** Long ones are shared by all messages of a letter: never to be written to. */
  readonly pieces: readonly Buffer[];
  /** Bytes of the message itself, before dots were stuffed, its last line end included (RFC 1870 section 5). */
  readonly size: number;
}

/** A message that may have been made ready for SMTP together with many others. */
export interface ReadyMessage extends Message {
  readonly wire?: WireBytes;
}

/** A text that is the same for all readers, in the forms in which it is needed. All of it is ASCII, and shared by all messages. */
interface Fixed {
  readonly bytes: Buffer;
  /** Dot-stuffed. */
  readonly wire: Buffer;
  /** As a signature sees it. */
  readonly relaxed: Buffer;
  /** Dot-stuffed, where it is so short that it leaves together with what stands around it. */
  readonly short: string | null;
}

/** The body of a letter for many readers: what is the same for all was encoded, dot-stuffed and hashed once. */
export interface Body {
  /** One more than what stands between them. */
  readonly fixed: readonly Fixed[];
  /** Bytes of all these together. */
  readonly size: number;
  /** What stands between them, part by part. */
  readonly between: readonly ((value: (slot: SlotName) => string) => readonly string[])[];
  /** SHA-256 of what stands before the first slot, as a signature sees it. */
  readonly begun: Hash;
}

/** A part and how its slots' values are written in it. */
export interface Part {
  readonly type: "text/plain" | "text/html";
  readonly encoded: EncodedPart;
  readonly written: (value: string) => string;
}

/** Joins the parts of a multipart body; the last one is that which a client prefers (RFC 2046 section 5.1.4). */
export function makeBody(boundary: string, parts: readonly Part[]): Body {
  const texts: string[] = [];
  let open = "";
  for (const { type, encoded } of parts) {
    const head = `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoded.encoding}\r\n\r\n`;
    const [first = "", ...rest] = encoded.fixed;
    const pieces = [`${open}--${boundary}\r\n${head}${first}`, ...rest];
    open = `${pieces.pop() ?? ""}\r\n`;
    texts.push(...pieces);
  }
  const fixed = [...texts, `${open}--${boundary}--\r\n`].map((text, index, all) =>
    fixedOf(text, index === all.length - 1),
  );
  return {
    fixed,
    size: fixed.reduce((sum, { bytes }) => sum + bytes.length, 0),
    between: parts.map(
      ({ encoded: { between }, written }) =>
        (value) =>
          between((slot) => written(value(slot))),
    ),
    begun: createHash("sha256").update(fixed[0]?.relaxed ?? ""),
  };
}

/** A run with many views keeps many of these, and most texts are the same in all forms: those share their bytes. */
function fixedOf(text: string, isLast: boolean): Fixed {
  const bytes = Buffer.from(text);
  // The last line end stays out of what is stuffed: it leaves together with the dot.
  const open = isLast ? text.slice(0, -"\r\n".length) : text;
  const stuffed = stuffDots(open);
  const relaxed = relaxedLines(text);
  return {
    bytes,
    wire: stuffed === open ? bytes.subarray(0, open.length) : Buffer.from(stuffed),
    relaxed: relaxed === text ? bytes : Buffer.from(relaxed),
    short: stuffed.length < LONG ? stuffed : null,
  };
}

/** Bytes from which a text is worth a buffer of its own on the line. */
const LONG = 2048;

/** A second dot before each that begins a line (RFC 5321 section 4.5.2), and no line end but CRLF, by which a line could end. */
export function stuffDots(text: string): string {
  const lines = hasOddLineEnd(text) ? text.replaceAll(/\r\n|\r|\n/g, "\r\n") : text;
  // Most texts have no such dot, and searching for two characters is quicker than any pattern.
  const stuffed = lines.includes("\n.") ? lines.replaceAll("\n.", "\n..") : lines;
  return stuffed.startsWith(".") ? `.${stuffed}` : stuffed;
}

/** Whether a CR or LF stands alone. Going from one to the next is quicker than a pattern that looks at each character. */
function hasOddLineEnd(text: string): boolean {
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (text[at - 1] !== "\r") return true;
  }
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
    if (text[at + 1] !== "\n") return true;
  }
  return false;
}

/** What stands between the fixed texts for one reader. */
export function fillBody({ between }: Body, value: (slot: SlotName) => string): readonly string[] {
  return between.flatMap((fill) => fill(value));
}

/** The whole body for one reader. */
export function bodyText({ fixed }: Body, filled: readonly string[]): string {
  return fixed.map(({ bytes }, index) => bytes.toString("latin1") + (filled[index] ?? "")).join("");
}

/** Its SHA-256 as a signature sees it, in base64: only what follows the first slot is reckoned for each reader. */
export function bodyHash({ fixed, begun }: Body, filled: readonly string[]): string {
  const hash = begun.copy();
  filled.forEach((text, index) => hash.update(relaxedLines(text)).update(fixed[index + 1]?.relaxed ?? ""));
  return hash.digest("base64");
}

/** A message's bytes for the line: the long texts that all share, and what stands between them put together. */
export function wireBytes(head: string, body: Body, filled: readonly string[]): WireBytes {
  let size = Buffer.byteLength(head) + body.size;
  for (const text of filled) size += text.length;
  return { pieces: piecesOf(head, body, filled), size };
}

function piecesOf(head: string, { fixed }: Body, filled: readonly string[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let open = stuffDots(head);
  for (const [index, { short, wire }] of fixed.entries()) {
    if (short === null) {
      pieces.push(Buffer.from(open), wire);
      open = "";
    } else {
      open += short;
    }
    open += stuffDots(filled[index] ?? "");
  }
  if (open !== "") pieces.push(Buffer.from(open));
  return pieces;
}
