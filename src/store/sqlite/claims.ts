import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Claim, ClaimQuery, LedgerStore } from "../store.js";
import type { Connection, Db } from "./database.js";
import type { Epoch } from "./epoch.js";
import { oneOf, standing } from "./parts.js";
import { endsAs, expireQueued } from "./queued.js";
import { settle } from "./settle.js";

type Claims = Pick<LedgerStore, "claim" | "gate" | "renew" | "settle">;

/** Taking deliveries, sending them off, and writing down what became of them. Leases are real wall time. */
export function openClaims(connection: Connection, epoch: Epoch): Claims {
  return {
    claim: (query) => epoch.write((db) => claim(db, query)),
    gate: (claims, now) => connection.write((db) => gate(db, claims, now)),
    renew: (claims, leaseMs) => connection.write((db) => renew(db, claims, leaseMs)),
    settle: (results, now) => connection.write((db) => settle(db, results, now)),
  };
}

interface Queued {
  readonly id: number;
  readonly editionId: string;
  readonly subscriberId: number;
  readonly address: string;
  readonly letterId: number;
  readonly attempts: number;
  readonly standing: string;
}

async function claim(db: Db, query: ClaimQuery): Promise<readonly Claim[]> {
  await expireQueued(db, query.now);
  const claimId = randomUUID();
  const claims: Claim[] = [];
  while (claims.length < query.limit) {
    const queued = await nextQueued(db, query, query.limit - claims.length);
    const left = queued.filter((row) => row.standing !== "active");
    const wanted = queued.filter((row) => row.standing === "active");
    await suppressLeft(db, left, query.now);
    await take(db, wanted, { ...query, claimId });
    claims.push(...wanted.map((row) => claimOf(row, claimId)));
    if (left.length === 0) break;
  }
  return claims;
}

/** What is due: first the deferred, then the pending ones, in the order in which they were prepared. */
async function nextQueued(db: Db, query: ClaimQuery, limit: number): Promise<readonly Queued[]> {
  const due = await queuedIn(db, { ...query, state: "deferred", limit });
  return [...due, ...(await queuedIn(db, { ...query, state: "pending", limit: limit - due.length }))];
}

async function queuedIn(
  db: Db,
  {
    channel,
    editionIds,
    exceptDomains = [],
    now,
    state,
    limit,
  }: ClaimQuery & { readonly state: "deferred" | "pending" },
): Promise<readonly Queued[]> {
  if (limit <= 0) return [];
  const ofEditions = editionIds.length === 0 ? sql`` : sql`AND edition_id IN ${oneOf(editionIds)}`;
  const isDue = state === "deferred" ? sql`AND d.next_at <= ${Number(now)}` : sql``;
  const elsewhere =
    exceptDomains.length === 0
      ? sql``
      : sql`AND coalesce(s.domain, '') NOT IN ${oneOf(exceptDomains.map((domain) => domain.toLowerCase()))}`;
  const { rows } = await sql<Queued>`
    SELECT d.id, e.edition_id AS editionId, d.subscriber_id AS subscriberId, s.address, d.letter_id AS letterId, d.attempts,
      ${standing(now)} AS standing
    FROM deliveries d INDEXED BY deliveries_by_state
      JOIN editions e ON e.id = d.edition_ref LEFT JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.edition_ref IN (SELECT id FROM editions WHERE closed = 0 AND channel = ${channel}
        AND send_before > ${Number(now)} ${ofEditions})
      AND d.state = ${state} ${isDue} ${elsewhere}
    LIMIT ${limit}`.execute(db);
  return rows;
}

async function suppressLeft(db: Db, left: readonly Queued[], now: Date): Promise<void> {
  if (left.length === 0) return;
  const rows = JSON.stringify(left.map(({ id, standing }) => [id, standing]));
  await sql`UPDATE deliveries SET state = ${endsAs("suppressed")}, detail = k.value ->> 1, next_at = NULL,
      changed_at = ${Number(now)}
    FROM json_each(${rows}) k WHERE deliveries.id = k.value ->> 0`.execute(db);
}

async function take(
  db: Db,
  wanted: readonly Queued[],
  { claimId, leaseMs, now }: Pick<ClaimQuery, "leaseMs" | "now"> & { readonly claimId: string },
): Promise<void> {
  if (wanted.length === 0) return;
  await db
    .updateTable("deliveries")
    .set((eb) => ({
      state: "claimed",
      claim_id: claimId,
      lease_until: Date.now() + leaseMs,
      attempts: eb("attempts", "+", 1),
      next_at: null,
      dot_at: null,
      changed_at: Number(now),
    }))
    .where(sql<boolean>`id IN ${oneOf(wanted.map(({ id }) => id))}`)
    .execute();
}

function claimOf({ id, editionId, subscriberId, address, letterId, attempts }: Queued, claimId: string): Claim {
  return { id, claimId, editionId, subscriberId, address, letterId: String(letterId), attempt: attempts + 1 };
}

type Key = Pick<Claim, "id" | "claimId">;

/** The claims as a table `k` of (id, claim_id), to be joined to `deliveries`. */
function keys(claims: readonly Key[]): ReturnType<typeof sql> {
  const rows = JSON.stringify(claims.map(({ id, claimId }) => [id, claimId]));
  return sql`(SELECT value ->> 0 AS id, value ->> 1 AS claim_id FROM json_each(${rows})) k`;
}

async function gate(db: Db, claims: readonly Key[], now: Date): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`UPDATE deliveries SET dot_at = ${Number(now)}, changed_at = ${Number(now)}
    FROM ${keys(claims)} LEFT JOIN subscribers s ON s.id = (SELECT subscriber_id FROM deliveries WHERE id = k.id)
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.dot_at IS NULL AND deliveries.lease_until > ${Date.now()} AND ${standing(now)} = 'active'
    RETURNING deliveries.id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** A lease that has run out stays so: somebody else may already have acted on it. */
async function renew(db: Db, claims: readonly Key[], leaseMs: number): Promise<void> {
  const wall = Date.now();
  await sql`UPDATE deliveries SET lease_until = ${wall + leaseMs} FROM ${keys(claims)}
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.lease_until > ${wall}`.execute(db);
}
