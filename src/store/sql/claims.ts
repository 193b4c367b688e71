import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Claim, ClaimQuery, LedgerStore, Settlement } from "../store.js";
import type { Connection, Db, Guard } from "./database.js";
import { openCrowd } from "./domain-limits.js";
import { dialectOf, type Queued, type Rows } from "./dialect.js";
import { fixed } from "./prepared-query.js";
import { standingAt } from "./parts.js";
import { endsAs, expireQueued } from "./queued.js";
import { settle } from "./settle.js";

type Claims = Pick<LedgerStore, "claim" | "gate" | "renew" | "settle">;

/** Taking deliveries, sending them off, and writing down what became of them. Leases are real wall time. */
export function openClaims(connection: Connection, guard: Guard): Claims {
  return {
    // Who counts what others hold must not count beside them.
    claim: (query) => guard.write((db) => claim(db, query), query.perDomain === undefined ? "beside" : "alone"),
    gate: (claims, now, ended = []) =>
      connection.write(async (db) => {
        await settle(db, ended, now);
        return gate(db, claims, now);
      }, mannerOf(ended)),
    renew: (claims, leaseMs) => connection.write((db) => renew(db, claims, leaseMs), "beside"),
    settle: (results, now) => connection.write((db) => settle(db, results, now), mannerOf(results)),
  };
}

/** A reader's state is read and written by whoever writes alone. */
function mannerOf(results: readonly Settlement[]): "alone" | "beside" {
  return results.some(({ suppressReader }) => suppressReader) ? "alone" : "beside";
}

/** 96 bits: no two claims are ever alike. It stands in every row that is on its way, so it is short. */
const CLAIM_BYTES = 12;

async function claim(db: Db, query: ClaimQuery): Promise<readonly Claim[]> {
  await expireQueued(db, query.now);
  if (dialectOf(db).hasWorkers) await recover(db, query.now);
  const claimId = randomBytes(CLAIM_BYTES).toString("base64url");
  const claims: Claim[] = [];
  const crowd = await openCrowd(db, query);
  while (claims.length < query.limit) {
    const free = { ...query, exceptDomains: [...(query.exceptDomains ?? []), ...crowd.full()] };
    const queued = await nextQueued(db, free, query.limit - claims.length);
    const left = queued.filter((row) => row.standing !== "active");
    const wanted = queued.filter((row) => row.standing === "active" && crowd.admit(row));
    await suppressLeft(db, left, query.now);
    await take(db, wanted, { ...query, claimId });
    claims.push(...wanted.map((row) => claimOf(row, claimId)));
    if (left.length === 0) break;
  }
  return claims;
}

/**
 * Gives back what the dead had claimed. Where one process sends, the run lock died with its holder, so whoever holds it now
 * knows that every claim is a dead one's; where several do, a lease that has run out tells.
 */
export async function recover(db: Db, now: Date): Promise<{ readonly pending: number; readonly uncertain: number }> {
  const { by, isDead } = dialectOf(db);
  const { rows } = await sql<{ state: "pending" | "uncertain" }>`UPDATE deliveries ${by("deliveries_by_state")} SET
      state = CASE WHEN gate_at IS NULL THEN 'pending' ELSE 'uncertain' END,
      detail = CASE WHEN gate_at IS NULL THEN detail ELSE 'the run ended before the server answered' END,
      claim_id = CASE WHEN gate_at IS NULL THEN NULL ELSE claim_id END,
      lease_until = NULL, changed_at = ${Number(now)}
    WHERE ${isDead} AND state = 'claimed'
    RETURNING state`.execute(db);
  const pending = rows.filter(({ state }) => state === "pending").length;
  return { pending, uncertain: rows.length - pending };
}

/** What is due: first the deferred, then the pending ones, in the order in which they were prepared. */
async function nextQueued(db: Db, query: ClaimQuery, limit: number): Promise<readonly Queued[]> {
  const { queued } = dialectOf(db);
  const due = await queued(db, { ...query, state: "deferred", limit });
  return [...due, ...(await queued(db, { ...query, state: "pending", limit: limit - due.length }))];
}

async function suppressLeft(db: Db, left: readonly Queued[], now: Date): Promise<void> {
  if (left.length === 0) return;
  const rows = dialectOf(db).rows(
    left.map(({ id, standing }) => [id, standing]),
    { id: "integer", standing: "text" },
  );
  await sql`UPDATE deliveries SET state = ${endsAs("suppressed")}, detail = k.standing, next_at = NULL,
      changed_at = ${Number(now)}
    FROM ${rows} WHERE deliveries.id = k.id`.execute(db);
}

async function take(
  db: Db,
  wanted: readonly Queued[],
  { claimId, leaseMs, now }: Pick<ClaimQuery, "leaseMs" | "now"> & { readonly claimId: string },
): Promise<void> {
  if (wanted.length === 0) return;
  const { wall, oneOfNumbers } = dialectOf(db);
  await db
    .updateTable("deliveries")
    .set((eb) => ({
      state: "claimed",
      claim_id: claimId,
      lease_until: sql<number>`${wall()} + ${leaseMs}`,
      attempts: eb("attempts", "+", 1),
      next_at: null,
      gate_at: null,
      changed_at: Number(now),
    }))
    .where(sql<boolean>`id IN ${oneOfNumbers(wanted.map(({ id }) => id))}`)
    .execute();
}

function claimOf({ id, editionId, subscriberId, address, letterId, attempts }: Queued, claimId: string): Claim {
  return { id, claimId, editionId, subscriberId, address, letterId: String(letterId), attempt: attempts + 1 };
}

type Key = Pick<Claim, "id" | "claimId">;

interface Asking {
  readonly claims: readonly Key[];
  readonly now: Date;
}

/** The claims as rows of a table `k`, to be joined to `deliveries`. */
const keysOf = ({ claims }: { readonly claims: readonly Key[] }): Rows =>
  claims.map(({ id, claimId }) => [id, claimId]);
const KEYS = { id: "integer", claim_id: "text" } as const;

const GATE = fixed<Asking, { readonly id: number }>(({ rowsIn, wall }, place) => {
  const at = place(({ now }) => Number(now));
  return sql`UPDATE deliveries SET gate_at = ${at}, changed_at = ${at}
    FROM ${rowsIn(place, keysOf, KEYS)}
      LEFT JOIN subscribers s ON s.id = (SELECT subscriber_id FROM deliveries WHERE id = k.id)
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.gate_at IS NULL AND deliveries.lease_until > ${wall(place)} AND ${standingAt(at)} = 'active'
    RETURNING deliveries.id`;
});

async function gate(db: Db, claims: readonly Key[], now: Date): Promise<ReadonlySet<number>> {
  const { rows } = await GATE(db, { claims, now });
  return new Set(rows.map(({ id }) => id));
}

/** A lease that has run out stays so: somebody else may already have acted on it. */
async function renew(db: Db, claims: readonly Key[], leaseMs: number): Promise<void> {
  const { wall, rows } = dialectOf(db);
  await sql`UPDATE deliveries SET lease_until = ${wall()} + ${leaseMs} FROM ${rows(keysOf({ claims }), KEYS)}
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.lease_until > ${wall()}`.execute(db);
}
