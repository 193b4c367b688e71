import { readRows } from "../../../src/subscribers/import/read.js";
import type { Row } from "../../../src/subscribers/import/rows.js";

/** Splits bytes into chunks of a size, as a stream delivers them. */
export async function* chunksOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface ReadFile {
  readonly rows: Row[];
  /** The names of the columns that were ignored. */
  readonly ignored: string[];
  /** Encodings that were assumed. */
  readonly guesses: string[];
}

/** Reads all rows of a file. */
export async function rowsOf(file: string | Uint8Array, size?: number): Promise<ReadFile> {
  const rows: Row[] = [];
  const ignored: string[] = [];
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  const guesses: string[] = [];
  const options = {
    onIgnored: (names: readonly string[]) => void ignored.push(...names),
    onGuess: (encoding: string) => void guesses.push(encoding),
  };
  for await (const block of readRows(chunksOf(bytes, size), options)) rows.push(...block);
  return { rows, ignored, guesses };
}

/** Formats rows as `line: email` or `line! why`, for tables. */
export function brief(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    "cells" in row ? `${row.line}: ${String(row.cells.get("email"))}` : `${row.line}! ${row.why}`,
  );
}
