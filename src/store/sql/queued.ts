import { type RawBuilder, sql } from "kysely";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

/**
 * Returns the final state of a queued delivery that is not sent. If an operator had queued an uncertain delivery again, it
 * becomes `uncertain`, because its first copy may have arrived.
 */
export function endsAs(state: "suppressed" | "expired"): RawBuilder<string> {
  return sql<string>`CASE WHEN resends > 0 THEN 'uncertain' ELSE ${state} END`;
}

/** Ends the queued deliveries of readers who have left. The gate stops claimed ones. */
export async function suppressQueued(
  db: Db,
  { subscriberIds, why, now }: { readonly subscriberIds: readonly number[]; readonly why: string; readonly now: Date },
): Promise<void> {
  const { indexedBy, oneOfNumbers } = dialectOf(db);
  await sql`UPDATE deliveries ${indexedBy("deliveries_once")}
    SET state = ${endsAs("suppressed")}, detail = ${why}, next_at = NULL, changed_at = ${Number(now)}
    WHERE edition_ref IN (SELECT id FROM editions WHERE closed = 0) AND subscriber_id IN ${oneOfNumbers(subscriberIds)}
      AND state IN ('pending', 'deferred')`.execute(db);
}

/** Expires queued deliveries past their deadline and closes their editions. Returns the number of expired deliveries. */
export async function expireQueued(db: Db, now: Date): Promise<number> {
  const overdue = await sql<{ id: number }>`
    SELECT id FROM editions WHERE closed = 0 AND send_before <= ${Number(now)}`.execute(db);
  if (overdue.rows.length === 0) return 0;
  const { indexedBy, oneOfNumbers } = dialectOf(db);
  const ids = oneOfNumbers(overdue.rows.map(({ id }) => id));
  const ended = await sql`UPDATE deliveries ${indexedBy("deliveries_by_state")}
    SET state = ${endsAs("expired")}, next_at = NULL, changed_at = ${Number(now)}
    WHERE edition_ref IN ${ids} AND state IN ('pending', 'deferred')`.execute(db);
  await sql`UPDATE editions SET closed = 1 WHERE id IN ${ids} AND NOT EXISTS (
    SELECT 1 FROM deliveries d WHERE d.edition_ref = editions.id AND d.state = 'claimed')`.execute(db);
  return Number(ended.numAffectedRows ?? 0);
}

/** Marks queued deliveries and pushes of a restored database `uncertain`, because they may have been sent after the backup. */
export async function markQueuedUncertain(db: Db): Promise<void> {
  await sql`UPDATE deliveries ${dialectOf(db).indexedBy("deliveries_by_state")}
    SET state = 'uncertain', detail = 'restored from a backup: may have been sent since', next_at = NULL, claim_id = NULL,
      reported = 0
    WHERE edition_ref IN (SELECT id FROM editions WHERE closed = 0) AND state IN ('pending', 'deferred', 'claimed')`.execute(
    db,
  );
  await sql`UPDATE pushes
    SET state = 'uncertain', detail = 'restored from a backup: may have been sent since', next_at = NULL, claim_id = NULL,
      lease_until = NULL
    WHERE state IN ('pending', 'deferred', 'claimed')`.execute(db);
}
