import { type RawBuilder, sql } from "kysely";
import type { Db } from "../sql/database.js";
import type { CellRow, Columns, Dialect, Queued, QueuedQuery } from "../sql/dialect.js";
import { eligibility, inDomains } from "../sql/parts.js";
import { indexWords, phraseIndex, searchIndex } from "./archive-index.js";
import { raiseLastId } from "./last-id.js";
import { takeTokens } from "./token-buckets.js";

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
  raiseLastId,
  // The process that prepares an edition delivers it.
  enqueueJobs: () => Promise.resolve(),
  takeTokens,
  indexWords,
  searchIndex,
  phraseIndex,
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
