import { readCsv } from "./csv.js";
import { readElements } from "./elements.js";
import { readJson } from "./json.js";
import { readLines } from "./lines.js";
import { MOST_BYTES } from "./pieces.js";
import type { Row } from "./rows.js";

/**
 * The rows of a file of readers, block by block, in memory that does not grow with it. A file that begins with `[` is a
 * JSON list, one that begins with `{` JSON lines, any other CSV. A byte order mark and either kind of line end are fine.
 * `onIgnored` is told the names of columns that mean nothing here.
 * @throws PaperboyError `usage` when the file as a whole cannot be read: no column `email`, a list that does not end.
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  const { first, all } = await peek(bytes);
  if (first === "[") yield* readJson(readElements(all), onIgnored);
  else if (first === "{") yield* readJson(readLines(all), onIgnored);
  else yield* readCsv(readLines(all), onIgnored);
}

/** The first character that is neither blank nor a byte order mark, and the same bytes once more. */
async function peek(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let start = Buffer.alloc(0);
  while (/^(?:\u00EF\u00BB?)?$/.test(firstOf(start)) && start.length <= MOST_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    seen.push(next.value);
    start = Buffer.concat([start, next.value]);
  }
  return { first: firstOf(start).slice(0, 1), all: joined(seen, iterator) };
}

function firstOf(start: Uint8Array): string {
  const text = Buffer.from(start.subarray(0, MOST_BYTES)).toString("latin1");
  return text
    .replace(/^\u00EF\u00BB\u00BF/, "")
    .trimStart()
    .slice(0, 2);
}

async function* joined(seen: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* seen;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
