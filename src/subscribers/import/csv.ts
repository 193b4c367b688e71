import { parse } from "csv-parse/sync";
import { PaperboyError } from "../../core/errors.js";
import { isRead } from "./consent.js";
import { createRecordJoiner } from "./csv-records.js";
import type { Line } from "./lines.js";
import type { Row } from "./rows.js";

const DELIMITERS = [",", ";", "\t"] as const;

/** What the first line of the file declares. */
interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** The names of the columns that an import reads. */
  readonly read: ReadonlySet<string>;
}

/**
 * Reads the rows of a CSV file (RFC 4180) from its lines. The first line names the columns; the delimiter is whichever of
 * comma, semicolon and tab that line has most of.
 * @param onIgnored receives the names of columns that an import does not know.
 * @throws PaperboyError `usage` when the first line has no column `email`, or names a column twice.
 */
export async function* readCsv(
  blocks: AsyncIterable<readonly Line[]>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  let header: Header | null = null;
  const joiner = createRecordJoiner((text) => cellsOf([text], header?.delimiter ?? delimiterOf(text)) !== null);
  const rows = (records: readonly Line[]): readonly Row[] => {
    if (header !== null) return rowsOf(records, header);
    const [first, ...rest] = records;
    if (first === undefined) return [];
    header = headerOf(first);
    onIgnored(header.names.filter((name) => name !== "" && !isRead(name)));
    return rowsOf(rest, header);
  };
  for await (const block of blocks) yield rows(block.flatMap((line) => joiner.add(line)));
  yield rows(joiner.end());
  if (header === null) throw badHeader("the file is empty");
}

function headerOf(first: Line): Header {
  if (!("text" in first)) throw badHeader(`the first line ${first.why}`);
  const delimiter = delimiterOf(first.text);
  const names = cellsOf([first.text], delimiter)?.[0]?.map((name) => name.trim().toLowerCase()) ?? [];
  if (!names.includes("email")) throw badHeader("the first line has no column `email`");
  const twice = names.find((name, index) => isRead(name) && names.indexOf(name) !== index);
  if (twice !== undefined) throw badHeader(`the first line names the column ${twice} twice`);
  return { delimiter, names, read: new Set(names.filter(isRead)) };
}

function delimiterOf(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** Parses all records in one call, which is ten times as fast, and one by one only when one of them is malformed. */
function rowsOf(records: readonly Line[], header: Header): readonly Row[] {
  const texts = records.flatMap((record) => ("text" in record ? [record.text] : []));
  const together = cellsOf(texts, header.delimiter)?.values();
  return records.map((record) => {
    if (!("text" in record)) return record;
    const cells = together ? together.next().value : cellsOf([record.text], header.delimiter)?.[0];
    return rowOf(record.line, cells ?? null, header);
  });
}

function rowOf(line: number, cells: readonly string[] | null, { names, read }: Header): Row {
  if (cells === null) return { line, why: "has a quote inside an unquoted cell, or text after a closing quote" };
  if (cells.slice(names.length).some((cell) => cell !== "")) {
    return { line, why: `has ${cells.length} cells, but the first line names ${names.length} columns` };
  }
  const named = names.map((name, index) => [name, cells[index] ?? ""] as const);
  return { line, cells: new Map(named.filter(([name]) => read.has(name))) };
}

/** Returns the cells of each record, or null when a record is malformed. */
function cellsOf(records: readonly string[], delimiter: string): readonly (readonly string[])[] | null {
  const text = records.join("\n");
  try {
    const found = parse(text, { delimiter, record_delimiter: "\n", relax_column_count: true });
    return found.length === records.length ? found : null;
  } catch {
    return null;
  }
}

function badHeader(message: string): PaperboyError {
  return new PaperboyError("usage", {
    message,
    hint: "The first line names the columns, and `email` is required: see `paperboy subscribers import --help`.",
  });
}
