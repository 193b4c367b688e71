import { sql } from "kysely";
import { addressKey } from "../../core/address.js";
import { PaperboyError } from "../../core/errors.js";
import { DELIVERY_STATES } from "../../core/model.js";
import type { DeliveryRow, EditionKey, LedgerCounts, LedgerStore } from "../store.js";
import { openClaims, recover } from "./claims.js";
import type { Connection, Db, Guard } from "./database.js";
import { dialectOf } from "./dialect.js";
import { dateOf, eligibility } from "./parts.js";
import { expireQueued } from "./queued.js";
import { reportFailures } from "./report-failures.js";

/** Opens the ledger of a database. */
export function openLedger(connection: Connection, guard: Guard): LedgerStore {
  return {
    ...openClaims(connection, guard),
    recover: (now) => guard.write((db) => recover(db, now), "concurrent"),
    expire: (now) => guard.write((db) => expireQueued(db, now), "concurrent"),
    counts: (key) => connection.read((db) => counts(db, key)),
    list: (query) => connection.read((db) => list(db, query)),
    nextDue: (channel) =>
      connection.read(async (db) => {
        const { rows } = await sql<{ due: number | null }>`
          SELECT min(next_at) AS due FROM deliveries ${dialectOf(db).indexedBy("deliveries_by_state")} WHERE state = 'deferred'
            AND edition_ref IN (SELECT id FROM editions WHERE closed = 0 AND channel = ${channel})`.execute(db);
        return dateOf(rows[0]?.due ?? null);
      }),
    reportFailures: (query, now) => connection.write((db) => reportFailures(db, query, now)),
    decide: (query, now) => guard.write((db) => decide(db, query, now)),
  };
}

/**
 * Counts the deliveries of an edition. `prepared` is the number that was saved with the edition; the other counts come from the
 * rows, so that the sum reveals a lost row.
 */
async function counts(db: Db, { editionId, channel }: EditionKey): Promise<LedgerCounts> {
  const { rows } = await sql<{ state: keyof LedgerCounts | "claimed"; deliveries: number }>`
    WITH e AS (SELECT id, prepared FROM editions WHERE edition_id = ${editionId} AND channel = ${channel})
    SELECT state, count(*) AS deliveries FROM deliveries WHERE edition_ref = (SELECT id FROM e) GROUP BY state
    UNION ALL SELECT 'uncertain', count(*) FROM deliveries
      WHERE edition_ref = (SELECT id FROM e) AND state = 'claimed' AND gate_at IS NOT NULL
    UNION ALL SELECT 'pending', -count(*) FROM deliveries
      WHERE edition_ref = (SELECT id FROM e) AND state = 'claimed' AND gate_at IS NOT NULL
    UNION ALL SELECT 'prepared', prepared FROM e`.execute(db);
  const of = (state: keyof LedgerCounts): number =>
    rows
      .filter((row) => row.state === state || (state === "pending" && row.state === "claimed"))
      .reduce((sum, { deliveries }) => sum + deliveries, 0);
  return Object.fromEntries((["prepared", ...DELIVERY_STATES] as const).map((state) => [state, of(state)])) as Record<
    keyof LedgerCounts,
    number
  >;
}

type ListedRow = DeliveryRow & { readonly id: number };
/** A delivery with its instants in ms. */
type ListRow = Omit<ListedRow, "nextAt" | "gateAt" | "changedAt"> &
  Readonly<Record<"nextAt" | "gateAt", number | null>> & { readonly changedAt: number };

async function list(
  db: Db,
  { state, editionId, subscriberId, after, limit }: Parameters<LedgerStore["list"]>[0],
): Promise<readonly ListedRow[]> {
  const inState = state === undefined ? sql`` : sql`AND d.state = ${state}`;
  // Uses the index by state for rare states, because a scan by id would first read millions of sent deliveries.
  const wanted = editionId === undefined ? sql`` : sql`WHERE edition_id = ${editionId}`;
  const byState = state !== undefined && state !== "sent";
  // Uses the unique index for the deliveries of one reader, edition by edition.
  const ofReader = subscriberId !== undefined && !byState;
  const index = ofReader
    ? dialectOf(db).indexedBy("deliveries_once")
    : byState
      ? dialectOf(db).indexedBy("deliveries_by_state")
      : sql``;
  const toReader = subscriberId === undefined ? sql`` : sql`AND d.subscriber_id = ${subscriberId}`;
  const inEdition =
    byState || ofReader || editionId !== undefined
      ? sql`AND d.edition_ref IN (SELECT id FROM editions ${wanted})`
      : sql``;
  const { rows } = await sql<ListRow>`
    SELECT d.id, e.edition_id AS "editionId", e.channel, d.subscriber_id AS "subscriberId", s.address, d.state, d.attempts,
      d.next_at AS "nextAt", d.gate_at AS "gateAt", d.detail, d.changed_at AS "changedAt"
    FROM deliveries d ${index}
      JOIN editions e ON e.id = d.edition_ref LEFT JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.id > ${after} ${inState} ${inEdition} ${toReader} ORDER BY d.id LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    nextAt: dateOf(row.nextAt),
    gateAt: dateOf(row.gateAt),
    changedAt: new Date(row.changedAt),
  }));
}

/**
 * Applies a decision. Letters are sent again only before the deadline and to eligible readers; an uncertain delivery only once.
 */
async function decide(db: Db, query: Parameters<LedgerStore["decide"]>[0], now: Date): Promise<number> {
  const { from, to, editionId, address } = query;
  if (to !== "pending" && from !== "uncertain") {
    throw new PaperboyError("usage", { message: `only uncertain deliveries can be marked ${to}, not ${from} ones` });
  }
  const ofEdition = editionId === undefined ? sql`` : sql`AND e.edition_id = ${editionId}`;
  const ofReader = address === undefined ? sql`` : sql`AND s.address_key = ${addressKey(address)}`;
  const canResend = sql`AND e.closed = 0 AND e.send_before > ${Number(now)} AND ${eligibility(now)} = 'active'
    AND (d.state <> 'uncertain' OR d.resends = 0)`;
  const changed = await sql`UPDATE deliveries SET state = ${to}, next_at = NULL, claim_id = NULL,
      reported = ${to === "pending" ? 0 : 2}, resends = resends + ${to === "pending" && from === "uncertain" ? 1 : 0}, changed_at = ${Number(now)}
    WHERE state = ${from} AND id IN (SELECT d.id FROM deliveries d ${dialectOf(db).indexedBy("deliveries_by_state")} JOIN editions e ON e.id = d.edition_ref
      LEFT JOIN subscribers s ON s.id = d.subscriber_id
      WHERE d.edition_ref IN (SELECT id FROM editions) AND d.state = ${from} ${ofEdition} ${ofReader}
        ${to === "pending" ? canResend : sql``})`.execute(db);
  return Number(changed.numAffectedRows ?? 0);
}
