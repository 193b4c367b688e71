import { createHash, type Hash } from "node:crypto";
import type { Message } from "../model.js";
import { relaxedLines } from "./dkim.js";
import type { EncodedPart, SlotName } from "./slots.js";

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

/** A text that is the same for all readers, in all the forms in which it is needed. */
interface Fixed {
  readonly text: string;
  /** Dot-stuffed. */
  readonly stuffed: string;
  /** The same as bytes. Shared by all messages. */
  readonly wire: Buffer;
  /** As a signature sees it. */
  readonly relaxed: Buffer;
}

/** The body of a letter for many readers: what is the same for all was encoded, dot-stuffed and hashed once. */
export interface Body {
  /** One more than what stands between them. */
  readonly fixed: readonly Fixed[];
  readonly parts: readonly Part[];
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
    // The last line end stays out of what is stuffed: it leaves together with the dot.
    fixedOf(text, index === all.length - 1),
  );
  return { fixed, parts, begun: createHash("sha256").update(fixed[0]?.relaxed ?? "") };
}

function fixedOf(text: string, isLast: boolean): Fixed {
  const stuffed = stuffDots(isLast ? text.slice(0, -"\r\n".length) : text);
  const wire = Buffer.from(stuffed);
  const relaxed = relaxedLines(text);
  // Most texts are the same in both forms; a run with many views keeps many of them.
  return { text, stuffed, wire, relaxed: relaxed === stuffed ? wire : Buffer.from(relaxed) };
}

/** A second dot before each that begins a line (RFC 5321 section 4.5.2), and no line end but CRLF, by which a line could end. */
export function stuffDots(text: string): string {
  const lines = /\r(?!\n)|^\n|[^\r]\n/.test(text) ? text.replaceAll(/\r\n|\r|\n/g, "\r\n") : text;
  // Most texts have no such dot, and searching for two characters is quicker than any pattern.
  const stuffed = lines.includes("\n.") ? lines.replaceAll("\n.", "\n..") : lines;
  return stuffed.startsWith(".") ? `.${stuffed}` : stuffed;
}

/** What stands between the fixed texts for one reader. */
export function fillBody({ parts }: Body, value: (slot: SlotName) => string): readonly string[] {
  return parts.flatMap(({ encoded, written }) => encoded.between((slot) => written(value(slot))));
}

/** The whole body for one reader. */
export function bodyText({ fixed }: Body, filled: readonly string[]): string {
  return fixed.map(({ text }, index) => text + (filled[index] ?? "")).join("");
}

/** Its SHA-256 as a signature sees it, in base64: only what follows the first slot is reckoned for each reader. */
export function bodyHash({ fixed, begun }: Body, filled: readonly string[]): string {
  const hash = begun.copy();
  filled.forEach((text, index) => hash.update(relaxedLines(text)).update(fixed[index + 1]?.relaxed ?? ""));
  return hash.digest("base64");
}

/** Bytes from which a text is worth a buffer of its own on the line. */
const LONG = 2048;

/** A message's bytes for the line: the long texts that all share, and what stands between them put together. */
export function wireBytes(head: string, body: Body, filled: readonly string[]): WireBytes {
  return { pieces: piecesOf(head, body, filled), size: Buffer.byteLength(head) + sizeOf(body, filled) };
}

function piecesOf(head: string, { fixed }: Body, filled: readonly string[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let short = stuffDots(head);
  fixed.forEach(({ stuffed, wire }, index) => {
    if (wire.length >= LONG) {
      pieces.push(Buffer.from(short), wire);
      short = "";
    } else {
      short += stuffed;
    }
    short += stuffDots(filled[index] ?? "");
  });
  return short === "" ? pieces : [...pieces, Buffer.from(short)];
}

/** All of a body is ASCII. */
function sizeOf({ fixed }: Body, filled: readonly string[]): number {
  return [...fixed.map(({ text }) => text), ...filled].reduce((sum, text) => sum + text.length, 0);
}
