import { readCsv } from "./csv.js";
import { decodeFile } from "./decode.js";
import { readJsonLines, readJsonList } from "./json.js";
import { readLines } from "./lines.js";
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
 * Reads the rows of a file of subscribers, in blocks. A file that begins with `[` is a JSON list, one that begins with `{` is
 * JSON lines, any other is CSV. CSV and JSON lines are streamed, so memory does not grow with the file. `decodeFile` lists the
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
  const file = { texts: prepend(start, texts), finish };
  const first = start.trimStart().charAt(0);
  if (first === "[") yield* readJsonList(file, onIgnored);
  else if (first === "{") yield* readJsonLines(readLines(file), onIgnored);
  else yield* readCsv(readLines(file), onIgnored);
}

async function* prepend(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield start;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
