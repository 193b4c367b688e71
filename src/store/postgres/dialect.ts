import { type RawBuilder, sql } from "kysely";
import { drainJobs, JOB_ATTEMPTS, taskOf } from "../jobs.js";
import type { PaperWords, SearchWord } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";
import type { CellRow, Columns, Dialect, Queued, QueuedQuery } from "../sql/dialect.js";
import { eligibility, inDomains } from "../sql/parts.js";

const TYPES = { text: sql.raw("text[]"), integer: sql.raw("bigint[]"), real: sql.raw("float8[]") } as const;

/** The parts of the queries in ../sql that are specific to PostgreSQL. */
export const POSTGRES: Dialect = {
  oneOf,
  oneOfNumbers,
  valuesTable: (values, columns) => fromLists((index) => sql`${values.map((row) => row[index])}`, columns),
  boundTable: (param, read, columns) =>
    fromLists((index) => param((values) => read(values).map((row) => row[index])), columns),
  // The planner chooses an index by its statistics.
  indexedBy: () => sql``,
  jsonArray: (column) => sql<string>`json_agg(${column})::text`,
  wallClock,
  isAbandoned: sql<boolean>`lease_until <= ${wallClock()}`,
  hasWorkers: true,
  selectQueued,
  joinCells,
  skipLocked: sql`FOR UPDATE SKIP LOCKED`,
  blockWriters,
  lastId,
  raiseLastId,
  enqueueJobs,
  indexWords,
  searchIndex,
  phraseIndex,
  findDamage: () => Promise.resolve([]),
};

/** Returns a table from one array per column. */
function fromLists(list: (index: number) => RawBuilder<unknown>, columns: Columns): RawBuilder<unknown> {
  const lists = Object.values(columns).map((type, index) => sql`${list(index)}::${TYPES[type]}`);
  return sql`unnest(${sql.join(lists)}) AS k(${sql.join(Object.keys(columns).map((name) => sql.ref(name)))})`;
}

function oneOf(values: readonly string[]): RawBuilder<unknown> {
  return sql`(SELECT unnest(${values}::text[]))`;
}

function oneOfNumbers(values: readonly number[]): RawBuilder<unknown> {
  return sql`(SELECT unnest(${values}::bigint[]))`;
}

function wallClock(): RawBuilder<number> {
  return sql<number>`floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
}

/**
 * Selects queued deliveries, edition by edition. Skips rows that another transaction has locked, so that any number of workers
 * can claim at the same time without waiting.
 */
async function selectQueued(
  db: Db,
  { channel, editionIds, subscriberIds, now, state, limit, ...domains }: QueuedQuery,
): Promise<readonly Queued[]> {
  if (limit <= 0) return [];
  const ofEditions = editionIds.length === 0 ? sql`` : sql`AND edition_id IN ${oneOf(editionIds)}`;
  const toReaders = subscriberIds === undefined ? sql`` : sql`AND d.subscriber_id IN ${oneOfNumbers(subscriberIds)}`;
  const isDue =
    state === "deferred" ? sql`d.state = 'deferred' AND d.next_at <= ${Number(now)}` : sql`d.state = 'pending'`;
  const order = state === "deferred" ? sql`d.next_at, d.id` : sql`d.id`;
  const { rows } = await sql<Queued>`
    SELECT q.*, e.edition_id AS "editionId" FROM (
      SELECT id, edition_id FROM editions WHERE closed = 0 AND channel = ${channel} AND send_before > ${Number(now)}
        ${ofEditions} ORDER BY id) e
    CROSS JOIN LATERAL (
      SELECT d.id, d.subscriber_id AS "subscriberId", s.address, d.letter_id AS "letterId", d.attempts,
        ${eligibility(now)} AS eligibility
      FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id
      WHERE d.edition_ref = e.id AND ${isDue} ${toReaders} ${inDomains(domains, oneOf)}
      ORDER BY ${order} LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED) q
    LIMIT ${limit}`.execute(db);
  return rows;
}

/**
 * Creates a temporary table with a key and statistics. Without them, the planner would underestimate the number of readers and
 * compare each with every cell.
 */
async function joinCells(db: Db, cells: readonly CellRow[]): Promise<RawBuilder<unknown>> {
  const of = (column: 0 | 1 | 2 | 3): readonly unknown[] => cells.map((cell) => cell[column]);
  await sql`CREATE TEMPORARY TABLE cells (view_id BIGINT, signature TEXT COLLATE "C", day_index INTEGER, letter_id BIGINT,
    PRIMARY KEY (view_id, signature, day_index)) ON COMMIT DROP`.execute(db);
  await sql`INSERT INTO pg_temp.cells SELECT * FROM unnest(
    ${of(0)}::bigint[], ${of(1)}::text[], ${of(2)}::integer[], ${of(3)}::bigint[])`.execute(db);
  await sql`ANALYZE pg_temp.cells`.execute(db);
  return sql`JOIN pg_temp.cells c`;
}

async function blockWriters(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname`.execute(db);
  await sql`LOCK TABLE ${sql.join(rows.map(({ name }) => sql.table(name)))} IN EXCLUSIVE MODE`.execute(db);
}

async function lastId(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`SELECT last_value AS last FROM pg_sequences
    WHERE schemaname = current_schema() AND sequencename = ${`${table}_id_seq`}`.execute(db);
  return rows[0]?.last ?? 0;
}

async function raiseLastId(db: Db, table: string, id: number): Promise<void> {
  if (id === 0) return;
  await sql`SELECT setval(s.name, greatest(${id}::bigint, coalesce(pg_sequence_last_value(s.name), 0)))
    FROM (SELECT pg_get_serial_sequence(${table}, 'id')::regclass AS name) s`.execute(db);
}

/**
 * Queues the jobs of an edition in the transaction that prepares it. If the tables of graphile-worker do not exist, there are
 * no workers, and the process that prepares the edition delivers it.
 */
async function enqueueJobs(db: Db, editionId: string): Promise<void> {
  const { rows } = await sql<{ schema: string; hasQueue: boolean }>`
    SELECT current_schema() AS schema, to_regclass('graphile_worker._private_jobs') IS NOT NULL AS "hasQueue"`.execute(
    db,
  );
  const { schema = "", hasQueue = false } = rows[0] ?? {};
  if (!hasQueue) return;
  const jobs = drainJobs(schema, editionId);
  await sql`SELECT graphile_worker.add_job(identifier => ${taskOf(schema, "drain")}, payload => k.payload::json,
      job_key => k.key, job_key_mode => 'replace', max_attempts => ${JOB_ATTEMPTS})
    FROM unnest(${jobs.map(({ key }) => key)}::text[], ${jobs.map(({ job }) => JSON.stringify(job))}::text[])
      AS k(key, payload)`.execute(db);
}

/** The weight classes of PostgreSQL. Titles count most, then keywords and authors, then abstracts. */
const WEIGHTS: Readonly<Record<keyof PaperWords, string>> = { title: "A", keywords: "B", authors: "B", abstract: "D" };
/** The values of the classes D, C, B and A. */
const CLASS_VALUES = "{0.1, 0.2, 0.5, 1}";

/** Limits that keep words and positions within those of a tsvector (words of 2 kB). */
const MAX_WORD_LENGTH = 500;
const MAX_POSITION = 16_383;

/** Replaces the words of a paper. Because they are already folded, the tsvector is built without a dictionary of the server. */
async function indexWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  await sql`DELETE FROM archive_index WHERE paper_ref = ${paperRef}`.execute(db);
  if (words === null) return;
  await sql`INSERT INTO archive_index (paper_ref, words) VALUES (${paperRef}, ${vectorOf(words)}::tsvector)`.execute(
    db,
  );
}

/** Returns the papers that contain every word, as a table `w` with paper_ref and score. A lower score is better. */
function searchIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(termOf).join(" & ");
  return sql`(SELECT paper_ref, -ts_rank(${CLASS_VALUES}::float4[], words, ${query}::tsquery) AS score FROM archive_index
    WHERE words @@ ${query}::tsquery) w`;
}

/** Returns the papers that contain the words next to each other in one field. */
function phraseIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(termOf).join(" <-> ");
  return sql`(SELECT paper_ref FROM archive_index WHERE words @@ ${query}::tsquery)`;
}

function termOf({ word, isPrefix }: SearchWord): string {
  return `${quoted(word)}${isPrefix ? ":*" : ""}`;
}

/** Returns a tsvector as text: each word with its position and weight class. */
function vectorOf(words: PaperWords): string {
  let position = 0;
  const fields = Object.entries(WEIGHTS) as readonly [keyof PaperWords, string][];
  const entries = fields.flatMap(([field, weight]) => {
    // A gap, so that no phrase crosses two fields.
    position += 1;
    return words[field].map((word) => {
      position = Math.min(position + 1, MAX_POSITION);
      return `${quoted(word)}:${position}${weight}`;
    });
  });
  return entries.join(" ");
}

function quoted(word: string): string {
  const short = Array.from(word).slice(0, MAX_WORD_LENGTH).join("");
  return `'${short.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
