import { isUtf8 } from "node:buffer";
import { PaperboyError } from "../../core/errors.js";

/** The text of a file. The caller splits `texts` into lines and decodes each with `finish`, which returns null for a line that is not text. */
export interface DecodedFile {
  readonly texts: AsyncGenerator<string>;
  readonly finish: (line: string) => string | null;
}

/** The number of bytes from which the type of a file is detected. */
const HEAD = 64;

/** Binary files, by their first bytes in hexadecimal. Mailchimp and Substack export ZIP files. */
const OTHER_FILES: readonly { readonly start: string; readonly what: string; readonly remedy: string }[] = [
  { start: "504b0304", what: "a ZIP file or a spreadsheet (.xlsx)", remedy: "Unpack it, or save the list as CSV." },
  { start: "1f8b", what: "compressed with gzip", remedy: "Unpack it first." },
  { start: "d0cf11e0", what: "an Excel file (.xls)", remedy: "Save the list as CSV." },
  { start: "25504446", what: "a PDF file", remedy: "Export the list as CSV." },
  { start: Buffer.from("BEGIN:VCARD").toString("hex"), what: "a vCard", remedy: "Export the contacts as CSV." },
];

const BYTE_ORDER_MARKS: readonly (readonly [bytes: string, label: string])[] = [
  ["efbbbf", "utf-8"],
  ["fffe", "utf-16le"],
  ["feff", "utf-16be"],
];

/**
 * Decodes a file in UTF-8, UTF-16 (with a byte order mark, or recognised by its zero bytes) or Windows-1252, which includes Latin-1. UTF-8 and
 * Windows-1252 are distinguished line by line, so that a file of any size is streamed: a line that is not UTF-8 is Windows-1252, unless an
 * earlier line shows that the file is in UTF-8.
 * @param onGuess receives the name of an encoding that was assumed, once.
 * @throws PaperboyError `usage` for a file that is not text, such as a spreadsheet.
 */
export async function decodeFile(
  bytes: AsyncIterable<Uint8Array>,
  onGuess: (encoding: string) => void,
): Promise<DecodedFile> {
  const chunks = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < HEAD) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const hex = head.toString("hex");
  const other = OTHER_FILES.find(({ start }) => hex.startsWith(start));
  if (other) throw new PaperboyError("usage", { message: `the file is ${other.what}`, hint: other.remedy });
  const mark = BYTE_ORDER_MARKS.find(([start]) => hex.startsWith(start));
  const label = mark?.[1] ?? utf16WithoutMark(head);
  const rest = (start: Buffer) => prepend(start, chunks);
  if (label !== undefined && label !== "utf-8") {
    return { texts: decodeWith(label, rest(head)), finish: intact };
  }
  const start = mark ? head.subarray(mark[0].length / 2) : head;
  return { texts: asLatin1(rest(start)), finish: createLineDecoder(mark !== undefined, onGuess) };
}

/** ASCII in UTF-16 has a zero in every second byte, and no other text has zeros. */
function utf16WithoutMark(head: Buffer): string | undefined {
  const zeros = [0, 1].map((offset) => head.filter((byte, index) => index % 2 === offset && byte === 0).length);
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 4 && even === 0) return "utf-16le";
  return even > head.length / 4 && odd === 0 ? "utf-16be" : undefined;
}

function intact(line: string): string | null {
  return line.includes("\uFFFD") ? null : line;
}

/** Decodes lines whose characters are bytes. */
function createLineDecoder(isMarked: boolean, onGuess: (encoding: string) => void): DecodedFile["finish"] {
  const windows1252 = new TextDecoder("windows-1252");
  let guess: "utf-8" | "windows-1252" | null = isMarked ? "utf-8" : null;
  return (line) => {
    // oxlint-disable-next-line no-control-regex -- all of ASCII
    if (/^[\0-\x7f]*$/.test(line)) return line;
    const bytes = Buffer.from(line, "latin1");
    if (isUtf8(bytes)) {
      guess ??= "utf-8";
      return intact(bytes.toString("utf8"));
    }
    if (guess === "utf-8") return null;
    if (guess === null) onGuess("Windows-1252 (Latin-1)");
    guess = "windows-1252";
    return windows1252.decode(bytes);
  };
}

async function* decodeWith(label: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder(label);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* asLatin1(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const chunk of bytes) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1");
}

/** Puts a part of a file that was read before the rest of it. */
export async function* prepend<Part>(start: Part, rest: AsyncIterator<Part>): AsyncGenerator<Part> {
  try {
    yield start;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The maximum length of a line or CSV record in characters. No preferences are as long, so a longer one is damaged. */
export const MAX_LENGTH = 65_536;

/**
 * A line, or a record of several lines, with the number of its first line (from 1), or the reason why it cannot be read. `end` is its line
 * end, which can belong to a quoted CSV cell.
 */
export type Line =
  | { readonly line: number; readonly text: string; readonly end: string }
  | { readonly line: number; readonly why: string };

/**
 * Splits the texts of a file into lines, one block for each text, and decodes them. A line ends with a line feed, a carriage return,
 * or both. No more than `MAX_LENGTH` characters of an unfinished line are kept.
 */
export async function* readLines({ texts, finish }: DecodedFile): AsyncGenerator<readonly Line[]> {
  const checked = (line: number, raw: string, end: string): Line => {
    if (raw.length > MAX_LENGTH) return { line, why: `is longer than ${MAX_LENGTH} characters` };
    const text = finish(raw);
    return text === null ? { line, why: DAMAGED } : { line, text, end };
  };
  let unfinished = "";
  let line = 0;
  for await (const text of texts) {
    // The line feed of a carriage return at the end may be in the next text.
    const parts = (unfinished + text).split(/(\r\n|\n|\r(?!$))/);
    const last = parts.pop() ?? "";
    unfinished = last.length > MAX_LENGTH ? last.slice(0, MAX_LENGTH + 1) + (last.endsWith("\r") ? "\r" : "") : last;
    yield parts.flatMap((part, at) => (at % 2 === 0 ? [checked((line += 1), part, parts[at + 1] ?? "")] : []));
  }
  yield [checked(line + 1, unfinished.replace(/\r$/, ""), "")];
}

/** The reason to refuse a line that is invalid in the encoding of its file. */
export const DAMAGED = "has bytes that are not text: save the file as UTF-8 and import it again";
