import type { DecodedFile } from "./decode.js";

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
