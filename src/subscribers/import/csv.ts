import { parse } from "csv-parse/sync";
import { PaperboyError } from "../../core/errors.js";
import { columnName } from "../columns.js";
import { quoted } from "../preferences.js";
import { addressColumns, looksLikeAddress } from "./address-column.js";
import { unnamedColumn } from "./consent.js";
import { MAX_LENGTH } from "./lines.js";
import type { Line } from "./lines.js";
import { cellsOf, isRead } from "./rows.js";
import type { Row } from "./rows.js";

const DELIMITERS = [",", ";", "\t"] as const;

/** The columns of a file. */
interface Header {
  readonly delimiter: string;
  /** The names of the columns; null when the first line is already a reader. */
  readonly names: readonly string[] | null;
  /** The columns with an address, the preferred one first. */
  readonly addresses: readonly string[];
}

/** A line before the header that tells Excel the delimiter. */
const SEP = /^"?sep=([,;\t])"?[,;\t]*$/i;

/**
 * Reads the rows of a CSV file (RFC 4180) from its lines. The first line names the columns, or is already a row when it has an address; a
 * line `sep=;` may come before it. The delimiter is whichever of comma, semicolon and tab the first line has most of.
 * @param onIgnored receives the names of columns that an import does not know.
 * @throws PaperboyError `usage` when the first line has no column of addresses, or names a column twice.
 */
export async function* readCsv(
  blocks: AsyncIterable<readonly Line[]>,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<readonly Row[]> {
  let header: Header | null = null;
  let sep: string | undefined;
  const joiner = createRecordJoiner((text) => parseCells([text], header?.delimiter ?? delimiterOf(text, sep)) !== null);
  const rows = (records: readonly Line[]): readonly Row[] => {
    if (header !== null) return rowsOf(records, header);
    const [first, ...rest] = records;
    if (first === undefined) return [];
    const declared = "text" in first && sep === undefined ? SEP.exec(first.text)?.[1] : undefined;
    if (declared !== undefined) {
      sep = declared;
      return rows(rest);
    }
    header = headerOf(first, sep);
    onIgnored(header.names?.filter((name) => name !== "" && !isRead(name)) ?? []);
    return rowsOf(header.names ? rest : records, header);
  };
  for await (const block of blocks) yield rows(block.flatMap((line) => joiner.add(line)));
  yield rows(joiner.end());
  if (header === null) throw badHeader("the file is empty");
}

function headerOf(first: Line, sep: string | undefined): Header {
  if (!("text" in first)) throw badHeader(`the first line ${first.why}`);
  const delimiter = delimiterOf(first.text, sep);
  const cells = parseCells([first.text], delimiter)?.[0] ?? [first.text];
  const names = cells.map(columnName);
  const addresses = addressColumns(names);
  if (addresses.length === 0) {
    if (cells.some(looksLikeAddress)) return { delimiter, names: null, addresses };
    throw badHeader(`the first line has no column \`email\`, but ${names.slice(0, MAX_NAMED).map(quoted).join(", ")}`);
  }
  const twice = names.find((name, index) => isRead(name) && names.indexOf(name) !== index);
  if (twice !== undefined) throw badHeader(`the first line names the column ${twice} twice`);
  return { delimiter, names, addresses };
}

/** Columns that an error lists. */
const MAX_NAMED = 10;

function delimiterOf(header: string, sep: string | undefined): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return sep ?? DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** Parses all records in one call, which is ten times as fast as one by one; if one is malformed, parses them one by one. */
function rowsOf(records: readonly Line[], header: Header): readonly Row[] {
  const texts = records.flatMap((record) => ("text" in record ? [record.text] : []));
  const together = parseCells(texts, header.delimiter)?.values();
  return records.flatMap((record) => {
    if (!("text" in record)) return record;
    const cells = together ? together.next().value : parseCells([record.text], header.delimiter)?.[0];
    if (cells?.every((cell) => cell.trim() === "")) return [];
    return header.names === null
      ? unnamedRow(record.line, cells ?? [record.text])
      : rowOf(record.line, cells ?? null, { names: header.names, addresses: header.addresses });
  });
}

function rowOf(
  line: number,
  cells: readonly string[] | null,
  { names, addresses }: { readonly names: readonly string[]; readonly addresses: readonly string[] },
): Row {
  if (cells === null) return { line, why: "has a quote inside an unquoted cell, or text after a closing quote" };
  if (cells.slice(names.length).some((cell) => cell !== "")) {
    return { line, why: `has ${cells.length} cells, but the first line names ${names.length} columns` };
  }
  return {
    line,
    cells: cellsOf(
      names.map((name, index) => [name, cells[index] ?? ""]),
      addresses,
    ),
  };
}

/** Returns the row of a file without a header. A name with an unquoted comma (`Doe, Jane <jane@example.org>`) is two cells. */
function unnamedRow(line: number, cells: readonly string[]): Row {
  const addresses = cells.filter(looksLikeAddress);
  if (addresses.length > 1) {
    return { line, why: `has ${addresses.length} addresses: write each one on a line of its own` };
  }
  const named = cells.map((cell, index) => [unnamedColumn(index), cell] as const);
  return { line, cells: cellsOf([...named, ["email", addresses[0] ?? cells[0]]], ["email"]) };
}

/** Returns the cells of each record, or null when a record is malformed. */
function parseCells(records: readonly string[], delimiter: string): readonly (readonly string[])[] | null {
  const text = records.join("\n");
  try {
    const found = parse(text, { delimiter, record_delimiter: "\n", relax_column_count: true });
    return found.length === records.length ? found : null;
  } catch {
    return null;
  }
}

interface RecordJoiner {
  /** Takes the next line and returns the records that it completes. */
  add(line: Line): readonly Line[];
  /** Returns the records that lack a closing quote at the end of the file. */
  end(): readonly Line[];
}

/**
 * Joins lines into CSV records: a quoted cell can hold line ends, and a record has an even number of quotes. If no record
 * follows from the lines after an open quote, only the line with that quote is refused, and reading continues with the next line, so
 * that one stray quote does not consume the rest of the list.
 * @param isRecord returns whether a joined text is one CSV record.
 */
function createRecordJoiner(isRecord: (text: string) => boolean): RecordJoiner {
  let held: Extract<Line, { text: string }>[] = [];
  let length = 0;
  const release = () => {
    const lines = held;
    held = [];
    length = 0;
    return lines;
  };
  const refuseFirst = (): readonly Line[] => {
    const [first, ...rest] = release();
    return first ? [{ line: first.line, why: "has a quote that is never closed" }, ...rest.flatMap(add)] : [];
  };
  const close = (): readonly Line[] => {
    const text = held.map((line, at) => line.text + (at < held.length - 1 ? line.end : "")).join("");
    if (!isRecord(text)) return refuseFirst();
    const [first] = release();
    return first ? [{ ...first, text }] : [];
  };
  const add = (line: Line): readonly Line[] => {
    if (!("text" in line)) return [...end(), line];
    const odd = hasOddQuotes(line.text);
    if (held.length === 0 && !odd) return line.text.trim() === "" ? [] : [line];
    held.push(line);
    length += line.text.length;
    if (odd && held.length > 1) return close();
    return length > MAX_LENGTH ? refuseFirst() : [];
  };
  const end = (): readonly Line[] => (held.length === 0 ? [] : [...refuseFirst(), ...end()]);
  return { add, end };
}

function hasOddQuotes(text: string): boolean {
  return text.includes('"') && text.split('"').length % 2 === 0;
}

function badHeader(message: string): PaperboyError {
  return new PaperboyError("usage", {
    message,
    hint: "Name the column with the addresses `email`: see `paperboy subscribers import --help`.",
  });
}
