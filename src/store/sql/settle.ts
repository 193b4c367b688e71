import { sql } from "kysely";
import type { Settlement } from "../store.js";
import { hasBounced, recordBounce } from "./bounces.js";
import type { Db } from "./database.js";
import { prepareQuery, type Rows } from "./dialect.js";
import { withoutZeroBytes } from "./parts.js";

interface SettleValues {
  readonly results: readonly Settlement[];
  readonly now: Date;
}

const COLUMNS = {
  id: "integer",
  claim_id: "text",
  state: "text",
  detail: "text",
  next_at: "integer",
  unstarted: "integer",
} as const;

const rowsOf = ({ results, now }: SettleValues): Rows =>
  results.map(({ claim, state, detail, nextAt, isUnstarted = false }) => [
    claim.id,
    claim.claimId,
    state,
    withoutZeroBytes(detail),
    Number(nextAt ?? now),
    Number(isUnstarted),
  ]);

const SETTLE = prepareQuery<SettleValues>(
  ({ boundTable }, param) => sql`UPDATE deliveries SET
      state = CASE WHEN k.state = 'suppressed' AND resends > 0 THEN 'uncertain' ELSE k.state END,
      detail = CASE WHEN k.unstarted = 1 THEN deliveries.detail ELSE k.detail END,
      attempts = deliveries.attempts - k.unstarted,
      next_at = CASE WHEN k.state = 'deferred' THEN k.next_at END,
      gate_at = CASE WHEN k.state IN ('sent', 'refused', 'uncertain') THEN gate_at END,
      claim_id = CASE WHEN k.state = 'uncertain' THEN deliveries.claim_id END,
      lease_until = NULL,
      reported = CASE WHEN k.state = 'uncertain' THEN 0 ELSE deliveries.reported END,
      changed_at = ${param(({ now }) => Number(now))}
    FROM ${boundTable(param, rowsOf, COLUMNS)}
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND (deliveries.state = 'claimed'
      OR (deliveries.state = 'uncertain' AND k.state IN ('sent', 'refused')))`,
);

/**
 * Records the results of attempts whose claims still hold. A late reply of the server resolves a delivery that became
 * `uncertain` meanwhile.
 */
export async function settle(db: Db, results: readonly Settlement[], now: Date): Promise<void> {
  if (results.length === 0) return;
  await SETTLE(db, { results, now });
  for (const { claim, state, bounce } of results) {
    if (bounce !== undefined) await bounced(db, { deliveryId: claim.id, state, bounce }, now);
  }
}

interface Bounced extends Required<Pick<Settlement, "state" | "bounce">> {
  readonly deliveryId: number;
}

/** Counts a refusal against the reader. A letter that is deferred is tried many times, and counts once. */
async function bounced(db: Db, { deliveryId, state, bounce }: Bounced, now: Date): Promise<void> {
  const row = await db
    .selectFrom("deliveries")
    .innerJoin("editions", "editions.id", "deliveries.edition_ref")
    .select(["subscriber_id", "prepared_at"])
    .where("deliveries.id", "=", deliveryId)
    .executeTakeFirst();
  if (row === undefined) return;
  const { subscriber_id: subscriberId, prepared_at: since } = row;
  if (state === "deferred" && (await hasBounced(db, { subscriberId, since }))) return;
  await recordBounce(db, { subscriberId, ...bounce }, now);
}
