/** The longest line or CSV record that is read, in characters. Preferences never need as many, so a longer one is damage. */
export const MAX_LENGTH = 65_536;

/** A line, or a record of several lines, with the number of its first line (from 1); or why it cannot be read. */
export type Line = { readonly line: number; readonly text: string } | { readonly line: number; readonly why: string };

/**
 * Splits texts into lines, one block for each text. A carriage return before the line feed stays, since it can belong to a
 * quoted CSV cell. No more than `MAX_LENGTH` characters of an unfinished line are kept.
 */
export async function* readLines(texts: AsyncIterable<string>): AsyncGenerator<readonly Line[]> {
  let unfinished = "";
  let line = 0;
  for await (const text of texts) {
    const parts = (unfinished + text).split("\n");
    unfinished = (parts.pop() ?? "").slice(0, MAX_LENGTH + 1);
    yield parts.map((part) => checked((line += 1), part));
  }
  yield [checked(line + 1, unfinished)];
}

function checked(line: number, text: string): Line {
  if (text.length > MAX_LENGTH) return { line, why: `is longer than ${MAX_LENGTH} characters` };
  return text.includes("\uFFFD") ? { line, why: NOT_UTF8 } : { line, text };
}

export const NOT_UTF8 = "is not UTF-8 (perhaps Latin-1 or UTF-16): save the file as UTF-8 and import it again";
