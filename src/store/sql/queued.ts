import { type RawBuilder, sql } from "kysely";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

/**
 * The state in which a queued delivery ends without being sent. One that an operator sent again although it may have
 * arrived stays `uncertain`: the first copy is as uncertain as before.
 */
export function endsAs(state: "suppressed" | "expired"): RawBuilder<string> {
  return sql<string>`CASE WHEN resends > 0 THEN 'uncertain' ELSE ${state} END`;
}

/** Ends what is queued for readers who get nothing more. What is on its way is stopped by the gate. */
export async function suppressQueued(
  db: Db,
  { subscriberIds, why, now }: { readonly subscriberIds: readonly number[]; readonly why: string; readonly now: Date },
): Promise<void> {
  const { by, oneOfNumbers } = dialectOf(db);
  await sql`UPDATE deliveries ${by("deliveries_once")}
    SET state = ${endsAs("suppressed")}, detail = ${why}, next_at = NULL, changed_at = ${Number(now)}
    WHERE edition_ref IN (SELECT id FROM editions WHERE closed = 0) AND subscriber_id IN ${oneOfNumbers(subscriberIds)}
      AND state IN ('pending', 'deferred')`.execute(db);
}

/** Ends what is queued past its deadline, and closes the editions that are over. Answers how many deliveries it ended. */
export async function expireQueued(db: Db, now: Date): Promise<number> {
  const over = await sql<{ id: number }>`
    SELECT id FROM editions WHERE closed = 0 AND send_before <= ${Number(now)}`.execute(db);
  if (over.rows.length === 0) return 0;
  const { by, oneOfNumbers } = dialectOf(db);
  const ids = oneOfNumbers(over.rows.map(({ id }) => id));
  const ended = await sql`UPDATE deliveries ${by("deliveries_by_state")}
    SET state = ${endsAs("expired")}, next_at = NULL, changed_at = ${Number(now)}
    WHERE edition_ref IN ${ids} AND state IN ('pending', 'deferred')`.execute(db);
  await sql`UPDATE editions SET closed = 1 WHERE id IN ${ids} AND NOT EXISTS (
    SELECT 1 FROM deliveries d WHERE d.edition_ref = editions.id AND d.state = 'claimed')`.execute(db);
  return Number(ended.numAffectedRows ?? 0);
}

/** Nobody knows whether what is queued has left: the database was restored from a backup that may be older than that. */
export async function doubtQueued(db: Db): Promise<void> {
  await sql`UPDATE deliveries ${dialectOf(db).by("deliveries_by_state")}
    SET state = 'uncertain', detail = 'restored from a backup: may have been sent since', next_at = NULL, claim_id = NULL
    WHERE edition_ref IN (SELECT id FROM editions WHERE closed = 0) AND state IN ('pending', 'deferred', 'claimed')`.execute(
    db,
  );
  await sql`UPDATE pushes
    SET state = 'uncertain', detail = 'restored from a backup: may have been sent since', next_at = NULL, claim_id = NULL,
      lease_until = NULL
    WHERE state IN ('pending', 'deferred', 'claimed')`.execute(db);
}
