import { readCsv } from "./csv.js";
import { readJsonLines, readJsonList } from "./json.js";
import { readLines } from "./lines.js";
import type { Row } from "./rows.js";

/** Blank characters before the first sign of content, after which a file counts as CSV. */
const MAX_BLANK = 65_536;

/**
 * Reads the rows of a file of subscribers, in blocks. A file that begins with `[` is a JSON list, one that begins with `{` is
 * JSON lines, any other is CSV. CSV and JSON lines are streamed, so memory does not grow with the file. The text is UTF-8,
 * with or without a byte order mark.
 * @param onIgnored receives the names of columns that an import does not know.
 * @throws PaperboyError `usage` when the file as a whole cannot be read: no column `email`, or a list that is not JSON.
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  const texts = decode(bytes);
  let start = "";
  while (start.trimStart() === "" && start.length <= MAX_BLANK) {
    const next = await texts.next();
    if (next.done) break;
    start += next.value;
  }
  const all = prepend(start, texts);
  const first = start.trimStart().charAt(0);
  if (first === "[") yield* readJsonList(all, onIgnored);
  else if (first === "{") yield* readJsonLines(readLines(all), onIgnored);
  else yield* readCsv(readLines(all), onIgnored);
}

/** Decodes UTF-8 without its byte order mark. Bytes that are not UTF-8 become U+FFFD, by which `readLines` finds them. */
async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* prepend(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield start;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
