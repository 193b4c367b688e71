import { type RawBuilder, sql } from "kysely";
import type { Db } from "../sql/database.js";
import type { CellRow, Columns, Dialect, Queued, QueuedQuery } from "../sql/dialect.js";
import { standing } from "../sql/parts.js";
import { found, keepWords } from "./archive-index.js";
import { wake } from "./jobs.js";
import { takeTokens } from "./token-buckets.js";

const TYPES = { text: sql.raw("text[]"), integer: sql.raw("bigint[]") } as const;

/** What the queries of ../sql need said in PostgreSQL's words. */
export const POSTGRES: Dialect = {
  oneOf,
  oneOfNumbers: (values) => sql`(SELECT unnest(${values}::bigint[]))`,
  rows: (values, columns) => fromLists((index) => sql`${values.map((row) => row[index])}`, columns),
  rowsIn: (place, read, columns) =>
    fromLists((index) => place((values) => read(values).map((row) => row[index])), columns),
  // The planner decides, by what it has counted.
  by: () => sql``,
  list: (column) => sql<string>`json_agg(${column})::text`,
  wall,
  isDead: sql<boolean>`lease_until <= ${wall()}`,
  hasWorkers: true,
  queued,
  joinCells,
  wake,
  takeTokens,
  keepWords,
  found,
};

/** A list for each column as a table. */
function fromLists(list: (index: number) => RawBuilder<unknown>, columns: Columns): RawBuilder<unknown> {
  const lists = Object.values(columns).map((type, index) => sql`${list(index)}::${TYPES[type]}`);
  return sql`unnest(${sql.join(lists)}) AS k(${sql.join(Object.keys(columns).map((name) => sql.ref(name)))})`;
}

function oneOf(values: readonly string[]): RawBuilder<unknown> {
  return sql`(SELECT unnest(${values}::text[]))`;
}

function wall(): RawBuilder<number> {
  return sql<number>`floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
}

/**
 * Walks the editions in order, and the queued deliveries of each; rows that another transaction holds are passed over, so
 * that any number of workers claim beside each other without waiting.
 */
async function queued(
  db: Db,
  { channel, editionIds, exceptDomains = [], now, state, limit }: QueuedQuery,
): Promise<readonly Queued[]> {
  if (limit <= 0) return [];
  const ofEditions = editionIds.length === 0 ? sql`` : sql`AND edition_id IN ${oneOf(editionIds)}`;
  const isDue =
    state === "deferred" ? sql`d.state = 'deferred' AND d.next_at <= ${Number(now)}` : sql`d.state = 'pending'`;
  const order = state === "deferred" ? sql`d.next_at, d.id` : sql`d.id`;
  const elsewhere =
    exceptDomains.length === 0
      ? sql``
      : sql`AND coalesce(s.domain, '') NOT IN ${oneOf(exceptDomains.map((domain) => domain.toLowerCase()))}`;
  const { rows } = await sql<Queued>`
    SELECT q.*, e.edition_id AS "editionId" FROM (
      SELECT id, edition_id FROM editions WHERE closed = 0 AND channel = ${channel} AND send_before > ${Number(now)}
        ${ofEditions} ORDER BY id) e
    CROSS JOIN LATERAL (
      SELECT d.id, d.subscriber_id AS "subscriberId", s.address, d.letter_id AS "letterId", d.attempts,
        ${standing(now)} AS standing
      FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id
      WHERE d.edition_ref = e.id AND ${isDue} ${elsewhere}
      ORDER BY ${order} LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED) q
    LIMIT ${limit}`.execute(db);
  return rows;
}

/** With a key, and counted: the planner guesses far too few readers, and would compare each with every cell. */
async function joinCells(db: Db, cells: readonly CellRow[]): Promise<RawBuilder<unknown>> {
  const of = (column: 0 | 1 | 2 | 3): readonly unknown[] => cells.map((cell) => cell[column]);
  await sql`CREATE TEMPORARY TABLE cells (view_id BIGINT, signature TEXT COLLATE "C", day_index INTEGER, letter_id BIGINT,
    PRIMARY KEY (view_id, signature, day_index)) ON COMMIT DROP`.execute(db);
  await sql`INSERT INTO pg_temp.cells SELECT * FROM unnest(
    ${of(0)}::bigint[], ${of(1)}::text[], ${of(2)}::integer[], ${of(3)}::bigint[])`.execute(db);
  await sql`ANALYZE pg_temp.cells`.execute(db);
  return sql`JOIN pg_temp.cells c`;
}
