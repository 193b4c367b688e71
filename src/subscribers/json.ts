import type { Piece } from "./pieces.js";
import { isColumn } from "./columns.js";
import type { Row } from "./rows.js";

/** The rows of JSON texts, one object each: the lines of a file of JSON lines, or the elements of a list. */
export async function* readJson(
  blocks: AsyncIterable<readonly Piece[]>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  const told = new Set<string>();
  for await (const block of blocks) {
    const rows = block.filter((piece) => !("text" in piece) || piece.text.trim() !== "").map(rowOf);
    const strange = rows.flatMap((row) => row.ignored).filter((name) => !told.has(name) && told.size < MOST_TOLD);
    for (const name of strange) told.add(name);
    yield rows.map(({ row }) => row);
  }
  onIgnored([...told]);
}

/** So that a file of ever new names does not fill the memory. */
const MOST_TOLD = 20;

interface Read {
  readonly row: Row;
  readonly ignored: readonly string[];
}

function rowOf(piece: Piece): Read {
  if (!("text" in piece)) return { row: piece, ignored: [] };
  const value = parsed(piece.text);
  if (value === undefined) return { row: { line: piece.line, why: "is not JSON" }, ignored: [] };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { row: { line: piece.line, why: 'is not an object such as {"email": "you@example.com"}' }, ignored: [] };
  }
  const entries = Object.entries(value);
  const cells = new Map<string, unknown>(entries.filter(([name]) => isColumn(name)));
  return { row: { line: piece.line, cells }, ignored: entries.map(([name]) => name).filter((name) => !isColumn(name)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
