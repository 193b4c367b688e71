import { readCsv } from "./csv.js";
import { isOneObject, readJsonLines, readJsonList } from "./json.js";
import { decodeFile, MAX_LENGTH, prepend, readLines } from "./lines.js";
import type { Row } from "./rows.js";

/** The maximum number of blank characters at the start of a JSON file; a file with more counts as CSV. */
const MAX_BLANK = 65_536;

export interface ReadOptions {
  /** Receives the names of columns that an import does not know. */
  readonly onIgnored: (names: readonly string[]) => void;
  /** Receives an encoding that was assumed because the file is not in UTF-8. */
  readonly onGuess: (encoding: string) => void;
}

/**
 * Reads the rows of a file of subscribers, in blocks. A file that begins with `[`, or is an object with a list in it, is a
 * JSON list, another one that begins with `{` is JSON lines, and any other is CSV. CSV and JSON lines are streamed, so memory does not grow with the file. `decodeFile` lists the
 * encodings.
 * @throws PaperboyError `usage` when the file as a whole cannot be read: no column with addresses, or a list that is not JSON.
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  { onIgnored, onGuess }: ReadOptions,
): AsyncGenerator<readonly Row[]> {
  const { texts, finish } = await decodeFile(bytes, onGuess);
  let start = "";
  while (start.trimStart() === "" && start.length <= MAX_BLANK) {
    const next = await texts.next();
    if (next.done) break;
    start += next.value;
  }
  if (start.trimStart().startsWith("{")) start += await restOfLine(start, texts);
  const file = { texts: prepend(start, texts), finish };
  const first = start.trimStart().charAt(0);
  const [line = ""] = start
    .trimStart()
    .slice(0, MAX_LENGTH)
    .split(/[\r\n]/, 1);
  if (first === "[" || (first === "{" && isOneObject(line))) yield* readJsonList(file, onIgnored);
  else if (first === "{") yield* readJsonLines(readLines(file), onIgnored);
  else yield* readCsv(readLines(file), onIgnored);
}

/** Reads on to the end of the first line, but not far beyond `MAX_LENGTH` characters. */
async function restOfLine(start: string, texts: AsyncGenerator<string>): Promise<string> {
  let rest = "";
  while (!/[\r\n]/.test(start.trimStart() + rest) && start.length + rest.length <= MAX_LENGTH + MAX_BLANK) {
    const next = await texts.next();
    if (next.done) break;
    rest += next.value;
  }
  return rest;
}
