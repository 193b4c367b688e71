import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import type { CopiedTable } from "./copied.js";
import type { Db } from "./database.js";
import { plainWords } from "./parts.js";

/** How many values go into one statement: SQLite takes at most 32,766 parameters. */
const VALUES = 20_000;

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
    for (const row of rows) hash.update(textOf(row));
    if (rows.length > 0) await see(rows);
    seen += rows.length;
    last = rows.at(-1) ?? null;
    if (last === null) return { rows: seen, sha256: hash.digest("hex") };
  }
}

async function page(db: Db, { name, key }: CopiedTable, last: Row | null): Promise<readonly Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last === null ? sql`` : sql`WHERE (${columns}) > (${sql.join(key.map((column) => last[column]))})`;
  const { rows } = await sql<Row>`SELECT * FROM ${sql.table(name)} ${after} ORDER BY ${columns} LIMIT 1000`.execute(db);
  return rows;
}

async function insert(db: Db, { name }: CopiedTable, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const most = Math.max(1, Math.floor(VALUES / columns.length));
  const names = sql.join(columns.map((column) => sql.ref(column)));
  for (let start = 0; start < rows.length; start += most) {
    const values = rows.slice(start, start + most).map((row) => valuesOf(row, columns));
    await sql`INSERT INTO ${sql.table(name)} (${names}) VALUES ${sql.join(values)}`.execute(db);
  }
}

function valuesOf(row: Row, columns: readonly string[]): RawBuilder<unknown> {
  return sql`(${sql.join(columns.map((column) => row[column]))})`;
}

/** SQLite keeps zero bytes in texts, PostgreSQL does not. */
function cleaned(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? plainWords(value) : value]),
  );
}

/** Equal for equal rows, whatever the order of their columns. */
function textOf(row: Row): string {
  const entries = Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(entries.map(([, value]) => (Buffer.isBuffer(value) ? value.toString("base64") : value)))}\n`;
}
