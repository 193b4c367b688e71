import { parse } from "csv-parse/sync";
import { PaperboyError } from "../core/errors.js";
import type { Piece } from "./pieces.js";
import { createJoiner } from "./records.js";
import { isColumn } from "./columns.js";
import type { Row } from "./rows.js";

const DELIMITERS = [",", ";", "\t"] as const;

/** What the first line of the file said. */
interface Heading {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/**
 * The rows of a CSV file (RFC 4180; comma, semicolon or tab, whichever its first line has most of) from its lines. The
 * first line names the columns; `onIgnored` is told of those that mean nothing here.
 * @throws PaperboyError `usage` when the first line has no column `email`, or one twice.
 */
export async function* readCsv(
  blocks: AsyncIterable<readonly Piece[]>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  let heading: Heading | null = null;
  const joiner = createJoiner((text) => cellsOf([text], heading?.delimiter ?? delimiterOf(text)) !== null);
  const rows = (records: readonly Piece[]): readonly Row[] => {
    if (heading !== null) return rowsOf(records, heading);
    const [first, ...rest] = records;
    if (first === undefined) return [];
    heading = headingOf(first);
    onIgnored(heading.names.filter((name) => name !== "" && !isColumn(name)));
    return rowsOf(rest, heading);
  };
  for await (const block of blocks) yield rows(block.flatMap((line) => joiner.feed(line)));
  yield rows(joiner.end());
  if (heading === null) throw wrongHeading("the file is empty");
}

function headingOf(first: Piece): Heading {
  if (!("text" in first)) throw wrongHeading(`the first line ${first.why}`);
  const delimiter = delimiterOf(first.text);
  const names = cellsOf([first.text], delimiter)?.[0]?.map((name) => name.trim().toLowerCase()) ?? [];
  if (!names.includes("email")) throw wrongHeading("the first line has no column `email`");
  const twice = names.find((name, index) => isColumn(name) && names.indexOf(name) !== index);
  if (twice !== undefined) throw wrongHeading(`the first line names the column ${twice} twice`);
  return { delimiter, names };
}

function delimiterOf(heading: string): string {
  const count = (delimiter: string) => heading.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** All records at once, since that is ten times as quick; one by one when one of them is broken. */
function rowsOf(records: readonly Piece[], heading: Heading): readonly Row[] {
  const texts = records.flatMap((record) => ("text" in record ? [record.text] : []));
  const together = cellsOf(texts, heading.delimiter)?.values();
  return records.map((record) => {
    if (!("text" in record)) return record;
    const cells = together ? together.next().value : cellsOf([record.text], heading.delimiter)?.[0];
    return rowOf(record.line, cells ?? null, heading);
  });
}

function rowOf(line: number, cells: readonly string[] | null, { names }: Heading): Row {
  if (cells === null) return { line, why: "has a quote where none may stand" };
  if (cells.slice(names.length).some((cell) => cell !== "")) {
    return { line, why: `has ${cells.length} cells, and the first line names ${names.length}` };
  }
  const named = names.map((name, index) => [name, cells[index] ?? ""] as const);
  return { line, cells: new Map(named.filter(([name]) => isColumn(name))) };
}

/** The cells of each record, or null when one is broken. */
function cellsOf(records: readonly string[], delimiter: string): readonly (readonly string[])[] | null {
  const text = records.map((record) => (record.endsWith("\r") ? record.slice(0, -1) : record)).join("\n");
  try {
    const found = parse(text, { delimiter, record_delimiter: "\n", relax_column_count: true });
    return found.length === records.length ? found : null;
  } catch {
    return null;
  }
}

function wrongHeading(message: string): PaperboyError {
  return new PaperboyError("usage", {
    message,
    hint: "The first line names the columns: `email`, and what else is given; see `paperboy subscribers import --help`.",
  });
}
