import { type RawBuilder, sql } from "kysely";
import type { PaperWords, SearchWord } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";
import type { CellRow, Columns, Dialect, Queued, QueuedQuery } from "../sql/dialect.js";
import { eligibility, inDomains } from "../sql/parts.js";

/** The parts of the queries in ../sql that are specific to SQLite. */
export const SQLITE: Dialect = {
  oneOf,
  oneOfNumbers: oneOf,
  valuesTable: (values, columns) => fromList(sql`${JSON.stringify(values)}`, columns),
  boundTable: (param, read, columns) =>
    fromList(
      param((values) => JSON.stringify(read(values))),
      columns,
    ),
  indexedBy: (index) => sql`INDEXED BY ${sql.ref(index)}`,
  jsonArray: (column) => sql<string>`json_group_array(${column})`,
  wallClock: (param) => (param ? param(() => Date.now()) : sql`${Date.now()}`),
  isAbandoned: sql<boolean>`edition_ref IN (SELECT id FROM editions WHERE closed = 0)`,
  hasWorkers: false,
  selectQueued,
  joinCells,
  // SQLite allows one write transaction at a time.
  skipLocked: sql``,
  blockWriters: () => Promise.resolve(),
  lastId,
  raiseLastId,
  // The process that prepares an edition delivers it.
  enqueueJobs: () => Promise.resolve(),
  indexWords,
  searchIndex,
  phraseIndex,
  findDamage,
};

/** Returns a table from a JSON array of rows. */
function fromList(list: RawBuilder<unknown>, columns: Columns): RawBuilder<unknown> {
  const cells = Object.keys(columns).map((name, index) => sql`value ->> ${sql.lit(index)} AS ${sql.ref(name)}`);
  return sql`(SELECT ${sql.join(cells)} FROM json_each(${list})) k`;
}

function oneOf(values: readonly (string | number)[]): RawBuilder<unknown> {
  return sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

async function selectQueued(
  db: Db,
  { channel, editionIds, subscriberIds, now, state, limit, ...domains }: QueuedQuery,
): Promise<readonly Queued[]> {
  if (limit <= 0) return [];
  const ofEditions = editionIds.length === 0 ? sql`` : sql`AND edition_id IN ${oneOf(editionIds)}`;
  const toReaders = subscriberIds === undefined ? sql`` : sql`AND d.subscriber_id IN ${oneOf(subscriberIds)}`;
  const isDue = state === "deferred" ? sql`AND d.next_at <= ${Number(now)}` : sql``;
  const { rows } = await sql<Queued>`
    SELECT d.id, e.edition_id AS "editionId", d.subscriber_id AS "subscriberId", s.address, d.letter_id AS "letterId", d.attempts,
      ${eligibility(now)} AS eligibility
    FROM deliveries d INDEXED BY deliveries_by_state
      JOIN editions e ON e.id = d.edition_ref LEFT JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.edition_ref IN (SELECT id FROM editions WHERE closed = 0 AND channel = ${channel}
        AND send_before > ${Number(now)} ${ofEditions})
      AND d.state = ${state} ${isDue} ${toReaders} ${inDomains(domains, oneOf)}
    LIMIT ${limit}`.execute(db);
  return rows;
}

async function joinCells(db: Db, cells: readonly CellRow[]): Promise<RawBuilder<unknown>> {
  await sql`CREATE TEMP TABLE IF NOT EXISTS cells (view_id INTEGER, signature TEXT, day_index INTEGER, letter_id INTEGER,
    PRIMARY KEY (view_id, signature, day_index)) STRICT, WITHOUT ROWID`.execute(db);
  await sql`DELETE FROM temp.cells`.execute(db);
  await sql`INSERT INTO temp.cells SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(${JSON.stringify(cells)})`.execute(db);
  // CROSS JOIN keeps the readers in the outer loop, so that each finds its cell by the key.
  return sql`CROSS JOIN temp.cells c`;
}

/** Tables with AUTOINCREMENT, which remember the last id that they assigned. Other tables continue from their highest id. */
const AUTOINCREMENT: ReadonlySet<string> = new Set([
  "subscribers",
  "signups",
  "transactional_mails",
  "inbox",
  "pushes",
]);

/** Returns the highest id that the table has ever assigned. */
async function lastId(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`SELECT max(id) AS last FROM (
    SELECT max(id) AS id FROM ${sql.ref(table)}
    UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ${table})`.execute(db);
  return rows[0]?.last ?? 0;
}

/** Makes the table assign only ids above `id` and above all ids that it has assigned. */
async function raiseLastId(db: Db, table: string, id: number): Promise<void> {
  if (!AUTOINCREMENT.has(table)) return;
  const last = await lastId(db, table);
  if (last >= id) return;
  await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(db);
  await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${id})`.execute(db);
}

/** The bm25 weights of the columns title, keywords, authors and abstract. */
const WEIGHTS = sql`8.0, 4.0, 4.0, 1.0`;

/** Replaces the words of a paper in a contentless FTS5 index (https://sqlite.org/fts5.html). */
async function indexWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  if (words === null) {
    await sql`DELETE FROM archive_index WHERE rowid = ${paperRef}`.execute(db);
    return;
  }
  const columns = [words.title, words.keywords, words.authors, words.abstract].map((column) => column.join(" "));
  await sql`INSERT OR REPLACE INTO archive_index (rowid, title, keywords, authors, abstract)
    VALUES (${paperRef}, ${sql.join(columns)})`.execute(db);
}

/**
 * Returns the papers that contain every word. Quotes the words, so that FTS5 does not parse them as its query language. A word
 * consists of letters, digits, `.`, `+` and `#` (src/core/fold.ts), which the tokenizer of the table keeps together.
 */
function searchIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(({ word, isPrefix }) => `"${word.replaceAll('"', "")}"${isPrefix ? "*" : ""}`).join(" AND ");
  return sql`(SELECT rowid AS paper_ref, bm25(archive_index, ${WEIGHTS}) AS score FROM archive_index
    WHERE archive_index MATCH ${query}) w`;
}

/** Returns the papers that contain the words next to each other in one column. */
function phraseIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const phrase = words.map(({ word }) => word.replaceAll('"', "")).join(" ");
  const query = `"${phrase}"${words.at(-1)?.isPrefix ? "*" : ""}`;
  return sql`(SELECT rowid FROM archive_index WHERE archive_index MATCH ${query})`;
}

async function findDamage(db: Db): Promise<readonly string[]> {
  const pages = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db);
  const keys = await sql<{ table: string; rowid: number; parent: string }>`PRAGMA foreign_key_check`.execute(db);
  return [
    ...pages.rows.map(({ integrity_check: finding }) => finding).filter((finding) => finding !== "ok"),
    ...keys.rows.map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to a missing row of ${parent}`),
  ];
}
