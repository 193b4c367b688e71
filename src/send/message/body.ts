import { createHash, type Hash } from "node:crypto";
import { escapeHtml } from "../../core/escape.js";
import { relaxedLines } from "./fields.js";
import { encodePart, type PlaceholderName } from "./placeholders.js";

/** A message as SMTP sends it: dot-stuffed (RFC 5321 section 4.5.2), without its last line end. */
export interface WireBytes {
  /** All messages of a letter share the long pieces. Never modify them. */
  readonly pieces: readonly Buffer[];
  /** Bytes of the message before dot-stuffing, its last line end included (RFC 1870 section 5). */
  readonly size: number;
}

/** A letter addressed to one reader: the SMTP envelope and the bytes that are sent. */
export interface Message {
  readonly from: string;
  readonly to: string;
  /** The envelope sender, which identifies the reader of a bounce (VERP). Absent: bounces go to `from`. */
  readonly returnPath?: string;
  readonly messageId: string;
  /** The edition in file names, such as `day-2026-03-09`; `test-...` for a test letter. */
  readonly slug: string;
  readonly wire: WireBytes;
  /** The message in RFC 5322 format, with CRLF line ends and without dot-stuffing. */
  readonly raw: Buffer;
  /** The HTML part, for the copy in the outbox that opens in a browser. */
  readonly html: string;
}

/** An ASCII text that is the same for all recipients, in the forms that are needed. */
interface Fixed {
  readonly bytes: Buffer;
  /** Dot-stuffed. */
  readonly wire: Buffer;
  /** The text in its canonical form for DKIM. */
  readonly relaxed: Buffer;
  /** The dot-stuffed text if it is short enough to be joined with its neighbours, otherwise null. */
  readonly short: string | null;
}

/** The body of a letter for many recipients. Its fixed texts are encoded, dot-stuffed and hashed only once. */
export interface Body {
  /** One more than `fillBody` returns. */
  readonly fixed: readonly Fixed[];
  /** Their total size in bytes. */
  readonly size: number;
  /** Functions that return the texts between the fixed ones, one for each part. */
  readonly between: readonly ((value: (name: PlaceholderName) => string) => readonly string[])[];
  /** SHA-256 of the canonicalized text before the first placeholder. */
  readonly hashStart: Hash;
}

/** A part of a body as plain text. Its line ends can be of any kind. */
export interface Part {
  readonly type: "text/plain" | "text/html";
  readonly text: string;
}

/** How a placeholder's value is escaped in each type of part. */
const ESCAPES: Readonly<Record<Part["type"], (value: string) => string>> = {
  "text/plain": (value) => value,
  "text/html": escapeHtml,
};

/** Returns a boundary that no part contains: quoted-printable and base64 have no "=_" (RFC 2045 section 6.7, note). */
export function boundaryOf(texts: readonly (string | null)[]): string {
  return `=_paperboy-${createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32)}`;
}

/** Encodes and joins the parts of a multipart body, the preferred one last (RFC 2046 section 5.1.4). */
export function makeBody(boundary: string, parts: readonly Part[]): Body {
  const texts: string[] = [];
  const between: Body["between"][number][] = [];
  let open = "";
  for (const { type, text } of parts) {
    const encoded = encodePart(withCrlf(text));
    const head = `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoded.encoding}\r\n\r\n`;
    const [first = "", ...rest] = encoded.fixed;
    const pieces = [`${open}--${boundary}\r\n${head}${first}`, ...rest];
    open = `${pieces.pop() ?? ""}\r\n`;
    texts.push(...pieces);
    between.push((value) => encoded.between((name) => ESCAPES[type](value(name))));
  }
  const fixed = [...texts, `${open}--${boundary}--\r\n`].map((text, index, all) =>
    fixedOf(text, index === all.length - 1),
  );
  return {
    fixed,
    size: fixed.reduce((sum, { bytes }) => sum + bytes.length, 0),
    between,
    hashStart: createHash("sha256").update(fixed[0]?.relaxed ?? ""),
  };
}

/** Ends every line with CRLF, including the last one (RFC 5322 section 2.1.1). */
function withCrlf(text: string): string {
  const lines = text.replaceAll(/\r\n|\r|\n/g, "\r\n");
  return lines.endsWith("\r\n") ? lines : `${lines}\r\n`;
}

/** Forms with the same bytes share them, because a run with many views keeps many texts. */
function fixedOf(text: string, isLast: boolean): Fixed {
  const bytes = Buffer.from(text);
  // The last line end is sent with the final dot.
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

/** Texts of at least this many bytes have their own buffer. */
const LONG = 2048;

/** Doubles each dot that begins a line (RFC 5321 section 4.5.2), and turns every bare CR or LF into CRLF. */
export function stuffDots(text: string): string {
  const lines = hasBareLineEnd(text) ? text.replaceAll(/\r\n|\r|\n/g, "\r\n") : text;
  // Most texts have no dot at the start of a line, and this search is faster than a pattern.
  const stuffed = lines.includes("\n.") ? lines.replaceAll("\n.", "\n..") : lines;
  return stuffed.startsWith(".") ? `.${stuffed}` : stuffed;
}

/** Whether a CR or LF occurs without the other. `indexOf` is faster than a pattern that inspects each character. */
function hasBareLineEnd(text: string): boolean {
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (text[at - 1] !== "\r") return true;
  }
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
    if (text[at + 1] !== "\n") return true;
  }
  return false;
}

/** Returns the texts between the fixed texts for one recipient. */
export function fillBody({ between }: Body, value: (name: PlaceholderName) => string): readonly string[] {
  return between.flatMap((fill) => fill(value));
}

/** Returns the whole body for one recipient. */
export function bodyText({ fixed }: Body, filled: readonly string[]): string {
  return fixed.map(({ bytes }, index) => bytes.toString("latin1") + (filled[index] ?? "")).join("");
}

/** Returns the SHA-256 of the canonical body in base64. Hashes only the text after the first placeholder again. */
export function bodyHash({ fixed, hashStart }: Body, filled: readonly string[]): string {
  const hash = hashStart.copy();
  filled.forEach((text, index) => hash.update(relaxedLines(text)).update(fixed[index + 1]?.relaxed ?? ""));
  return hash.digest("base64");
}

/** Returns the bytes for SMTP: shared buffers for long texts, and the joined texts between them. */
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
