import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "./database.js";
import { type ColumnType, dialectOf } from "./dialect.js";
import { withoutZeroBytes } from "./parts.js";

/** A table, with the columns that identify and order its rows. */
export interface CopiedTable {
  readonly name: string;
  readonly key: readonly string[];
}

function table(name: string, ...key: readonly string[]): CopiedTable {
  return { name, key: key.length === 0 ? ["id"] : key };
}

/** The tables to copy, each after the tables that it refers to. A test compares this list with the schema. */
export const COPIED: readonly CopiedTable[] = [
  table("views"),
  table("subscribers"),
  table("suppressions", "hash"),
  table("editions"),
  table("letters"),
  table("letter_papers", "letter_id", "paper"),
  table("covered_days", "channel", "day", "edition_ref"),
  table("deliveries"),
  table("runs"),
  table("named_values", "name"),
  table("signups"),
  table("signup_attempts", "hash"),
  table("newcomers", "subscriber_id"),
  table("growth", "day", "event"),
  table("token_buckets", "name"),
  table("transactional_mails"),
  table("inbox"),
  table("bounces"),
  table("pushes"),
  table("archive_editions", "edition_ref"),
  table("archive_papers"),
  table("archive_paper_editions", "paper_ref", "edition_ref"),
];

/**
 * The tables that are not copied: the identity of a database, the snapshot of a run in progress, and the search index, which
 * differs between the kinds.
 */
export const NOT_COPIED: readonly string[] = ["meta", "database_identity", "audience_snapshot", "archive_index"];

/** The number of rows in memory at once. The largest rows, letters and frozen pages, have a few hundred kB. */
const PAGE_ROWS = 500;

type Row = Readonly<Record<string, unknown>>;

/** The row count of a table, and the hash of all values in the order of the key. */
export interface TableHash {
  readonly rows: number;
  readonly sha256: string;
}

/** Copies a table page by page and returns its hash. */
export async function copyRows(from: Db, to: Db, table: CopiedTable): Promise<TableHash> {
  return walk(from, table, (rows) => insert(to, table, rows));
}

/** Returns the hash of a table. */
export async function hashRows(db: Db, table: CopiedTable): Promise<TableHash> {
  return walk(db, table, () => Promise.resolve());
}

async function walk(db: Db, table: CopiedTable, visit: (rows: readonly Row[]) => Promise<void>): Promise<TableHash> {
  const hash = createHash("sha256");
  let count = 0;
  let last: Row | null = null;
  for (;;) {
    const rows: readonly Row[] = (await page(db, table, last)).map(cleaned);
    last = rows.at(-1) ?? null;
    if (last === null) return { rows: count, sha256: hash.digest("hex") };
    const columns = Object.keys(last).toSorted();
    for (const row of rows) hash.update(textOf(row, columns));
    await visit(rows);
    count += rows.length;
  }
}

async function page(db: Db, { name, key }: CopiedTable, last: Row | null): Promise<readonly Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last === null ? sql`` : sql`WHERE (${columns}) > (${sql.join(key.map((column) => last[column]))})`;
  const { rows } = await sql<Row>`
    SELECT * FROM ${sql.table(name)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(PAGE_ROWS)}`.execute(db);
  return rows;
}

async function insert(db: Db, { name }: CopiedTable, rows: readonly Row[]): Promise<void> {
  // Omits columns that are null in every row, because their type cannot be inferred and null is the default.
  const columns = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] !== null));
  const types = columns.map((column) => typeOf(rows, column));
  const names = sql.join(columns.map((column) => sql.ref(column)));
  if (types.every((type) => type !== null)) {
    const values = rows.map((row) => columns.map((column) => row[column]));
    const given = dialectOf(db).valuesTable(
      values,
      Object.fromEntries(columns.map((column, at) => [column, types[at] ?? "text"])),
    );
    await sql`INSERT INTO ${sql.table(name)} (${names}) SELECT ${names} FROM ${given}`.execute(db);
    return;
  }
  // Inserts the few rows with bytes or fractions one by one.
  for (const row of rows) {
    const values = sql.join(columns.map((column) => row[column]));
    await sql`INSERT INTO ${sql.table(name)} (${names}) VALUES (${values})`.execute(db);
  }
}

/** Returns the type of a column; null if it has neither text nor integers. */
function typeOf(rows: readonly Row[], column: string): ColumnType | null {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  if (values.every((value) => typeof value === "string")) return "text";
  return values.every((value) => Number.isSafeInteger(value)) ? "integer" : null;
}

/** Replaces zero bytes in text, because PostgreSQL does not store them. */
function cleaned(row: Row): Row {
  if (!Object.values(row).some((value) => typeof value === "string" && value.includes("\0"))) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? withoutZeroBytes(value) : value]),
  );
}

/** Returns the same text for equal rows in both kinds of database. */
function textOf(row: Row, columns: readonly string[]): string {
  const values = columns.map((column) => row[column]);
  return `${JSON.stringify(values.map((value) => (Buffer.isBuffer(value) ? value.toString("base64") : value)))}\n`;
}
