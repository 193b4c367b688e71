import { sql } from "kysely";
import type { Settlement } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf, type Rows } from "./dialect.js";
import { fixed } from "./prepared-query.js";
import { plainWords } from "./parts.js";
import { suppressQueued } from "./queued.js";

interface Ended {
  readonly results: readonly Settlement[];
  readonly now: Date;
}

const ENDED = { id: "integer", claim_id: "text", state: "text", detail: "text", next_at: "integer" } as const;

const rowsOf = ({ results, now }: Ended): Rows =>
  results.map(({ claim, state, detail, nextAt }) => [
    claim.id,
    claim.claimId,
    state,
    plainWords(detail),
    Number(nextAt ?? now),
  ]);

const SETTLE = fixed<Ended>(
  ({ rowsIn }, place) => sql`UPDATE deliveries SET
      state = CASE WHEN k.state = 'suppressed' AND resends > 0 THEN 'uncertain' ELSE k.state END,
      detail = k.detail,
      next_at = CASE WHEN k.state = 'deferred' THEN k.next_at END,
      gate_at = CASE WHEN k.state IN ('sent', 'refused', 'uncertain') THEN gate_at END,
      claim_id = CASE WHEN k.state = 'uncertain' THEN deliveries.claim_id END,
      lease_until = NULL,
      changed_at = ${place(({ now }) => Number(now))}
    FROM ${rowsIn(place, rowsOf, ENDED)}
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND (deliveries.state = 'claimed'
      OR (deliveries.state = 'uncertain' AND k.state IN ('sent', 'refused')))`,
);

/**
 * Writes down how attempts ended, for claims that still hold. An answer of the server that comes after the claim was
 * given up as uncertain resolves it: it is the truth, only late.
 */
export async function settle(db: Db, results: readonly Settlement[], now: Date): Promise<void> {
  if (results.length === 0) return;
  await SETTLE(db, { results, now });
  const left = results.filter(({ suppressReader }) => suppressReader);
  if (left.length > 0) {
    await bounce(
      db,
      left.map(({ claim }) => claim.id),
      now,
    );
  }
}

async function bounce(db: Db, deliveryIds: readonly number[], now: Date): Promise<void> {
  const { rows } = await sql<{ id: number }>`UPDATE subscribers SET state = 'bounced', paused_until = NULL
    WHERE id IN (SELECT subscriber_id FROM deliveries WHERE id IN ${dialectOf(db).oneOfNumbers(deliveryIds)}) AND state <> 'gone'
    RETURNING id`.execute(db);
  await suppressQueued(db, { subscriberIds: rows.map(({ id }) => id), why: "bounced", now });
}
