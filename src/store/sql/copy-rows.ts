import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { CopiedTable } from "./copied-tables.js";
import type { Db } from "./database.js";
import { type ColumnType, dialectOf } from "./dialect.js";
import { plainWords } from "./parts.js";

/** How many rows are in memory at once; the largest are letters and frozen pages, of a few 100 kB. */
const ROWS = 500;

type Row = Readonly<Record<string, unknown>>;

/** A table's rows in few words: how many, and a digest of all their values in the order of their keys. */
export interface Digest {
  readonly rows: number;
  readonly sha256: string;
}

/** Copies a table's rows, a few thousand at a time, and tells what they were. */
export async function copyRows(from: Db, to: Db, table: CopiedTable): Promise<Digest> {
  return walk(from, table, (rows) => insert(to, table, rows));
}

/** What is in a table. */
export async function digestRows(db: Db, table: CopiedTable): Promise<Digest> {
  return walk(db, table, () => Promise.resolve());
}

async function walk(db: Db, table: CopiedTable, see: (rows: readonly Row[]) => Promise<void>): Promise<Digest> {
  const hash = createHash("sha256");
  let seen = 0;
  let last: Row | null = null;
  for (;;) {
    const rows: readonly Row[] = (await page(db, table, last)).map(cleaned);
    last = rows.at(-1) ?? null;
    if (last === null) return { rows: seen, sha256: hash.digest("hex") };
    const columns = Object.keys(last).toSorted();
    for (const row of rows) hash.update(textOf(row, columns));
    await see(rows);
    seen += rows.length;
  }
}

async function page(db: Db, { name, key }: CopiedTable, last: Row | null): Promise<readonly Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last === null ? sql`` : sql`WHERE (${columns}) > (${sql.join(key.map((column) => last[column]))})`;
  const { rows } = await sql<Row>`
    SELECT * FROM ${sql.table(name)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(ROWS)}`.execute(db);
  return rows;
}

async function insert(db: Db, { name }: CopiedTable, rows: readonly Row[]): Promise<void> {
  // What is nowhere in these rows is left out: nobody knows its type, and it is nothing all the same.
  const columns = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] !== null));
  const types = columns.map((column) => typeOf(rows, column));
  const names = sql.join(columns.map((column) => sql.ref(column)));
  if (types.every((type) => type !== null)) {
    const values = rows.map((row) => columns.map((column) => row[column]));
    const given = dialectOf(db).rows(
      values,
      Object.fromEntries(columns.map((column, at) => [column, types[at] ?? "text"])),
    );
    await sql`INSERT INTO ${sql.table(name)} (${names}) SELECT ${names} FROM ${given}`.execute(db);
    return;
  }
  // Bytes and fractions, of which there are few.
  for (const row of rows) {
    const values = sql.join(columns.map((column) => row[column]));
    await sql`INSERT INTO ${sql.table(name)} (${names}) VALUES (${values})`.execute(db);
  }
}

/** What a column of these rows holds; null for what is neither text nor whole numbers. */
function typeOf(rows: readonly Row[], column: string): ColumnType | null {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  if (values.every((value) => typeof value === "string")) return "text";
  return values.every((value) => Number.isSafeInteger(value)) ? "integer" : null;
}

/** SQLite keeps zero bytes in texts, PostgreSQL does not. */
function cleaned(row: Row): Row {
  if (!Object.values(row).some((value) => typeof value === "string" && value.includes("\0"))) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? plainWords(value) : value]),
  );
}

/** Equal for equal rows, whichever database gives them. */
function textOf(row: Row, columns: readonly string[]): string {
  const values = columns.map((column) => row[column]);
  return `${JSON.stringify(values.map((value) => (Buffer.isBuffer(value) ? value.toString("base64") : value)))}\n`;
}
