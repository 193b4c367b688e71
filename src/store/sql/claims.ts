import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Claim, ClaimQuery, LedgerStore, Settlement } from "../store.js";
import type { Connection, Db, Guard } from "./database.js";
import { dialectOf, prepareQuery, type Queued, type Rows } from "./dialect.js";
import { eligibilityAt } from "./parts.js";
import { endsAs, expireQueued } from "./queued.js";
import { settle } from "./settle.js";

type Claims = Pick<LedgerStore, "claim" | "gate" | "renew" | "settle">;

/** The operations on claims. Leases are wall time. */
export function openClaims(connection: Connection, guard: Guard): Claims {
  return {
    // Counting the claims per domain requires that no other process claims at the same time.
    claim: (query) => guard.write((db) => claim(db, query), query.perDomain === undefined ? "concurrent" : "exclusive"),
    gate: (claims, now, ended = []) =>
      connection.write(async (db) => {
        await settle(db, ended, now);
        return gate(db, claims, now);
      }, modeOf(ended)),
    renew: (claims, leaseMs) => connection.write((db) => renew(db, claims, leaseMs), "concurrent"),
    settle: (results, now) => connection.write((db) => settle(db, results, now), modeOf(results)),
  };
}

/** Transactions that change the state of a reader are exclusive. */
function modeOf(results: readonly Settlement[]): "exclusive" | "concurrent" {
  return results.some(({ bounce }) => bounce !== undefined) ? "exclusive" : "concurrent";
}

/** 96 random bits: a claim id is unique, and short enough to store in each claimed row. */
const CLAIM_BYTES = 12;

async function claim(db: Db, query: ClaimQuery): Promise<readonly Claim[]> {
  // A run for named people does not expire deliveries, because the next run for the list reports them.
  if (query.subscriberIds === undefined) await expireQueued(db, query.now);
  if (dialectOf(db).hasWorkers) await recover(db, query.now);
  const claimId = randomBytes(CLAIM_BYTES).toString("base64url");
  const claims: Claim[] = [];
  const limits = await openDomainLimits(db, query);
  while (claims.length < query.limit) {
    const available = { ...query, exceptDomains: [...(query.exceptDomains ?? []), ...limits.full()] };
    const queued = await selectDue(db, available, query.limit - claims.length);
    const ineligible = queued.filter((row) => row.eligibility !== "active");
    const eligible = queued.filter((row) => row.eligibility === "active" && limits.admit(row));
    await suppressIneligible(db, ineligible, query.now);
    await take(db, eligible, { ...query, claimId });
    claims.push(...eligible.map((row) => claimOf(row, claimId)));
    if (ineligible.length === 0) break;
  }
  return claims;
}

/** Counts claims per recipient domain. */
interface DomainLimits {
  /** The domains that have reached their limit. */
  full(): readonly string[];
  /** Counts another claim and returns true, or returns false if the domain has reached its limit. */
  admit(row: Pick<Queued, "address">): boolean;
}

const UNLIMITED: DomainLimits = { full: () => [], admit: () => true };

/** Counts the claims of all workers, so that together they respect the limit of a domain. */
async function openDomainLimits(db: Db, { perDomain }: Pick<ClaimQuery, "perDomain">): Promise<DomainLimits> {
  if (perDomain === undefined || !dialectOf(db).hasWorkers) return UNLIMITED;
  const { rows } = await sql<{ domain: string; claims: number }>`
    SELECT s.domain, count(*) AS claims FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.state = 'claimed' GROUP BY s.domain`.execute(db);
  const claimed = new Map(rows.map(({ domain, claims }) => [domain, claims]));
  return {
    full: () => [...claimed].filter(([, claims]) => claims >= perDomain).map(([domain]) => domain),
    admit: ({ address }) => {
      const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
      const claims = claimed.get(domain) ?? 0;
      if (claims >= perDomain) return false;
      claimed.set(domain, claims + 1);
      return true;
    },
  };
}

/**
 * Releases abandoned claims. With SQLite, only the holder of the run lock sends, so that for the next holder every claim is
 * abandoned. With PostgreSQL, a claim is abandoned when its lease has expired.
 */
export async function recover(db: Db, now: Date): Promise<{ readonly pending: number; readonly uncertain: number }> {
  const { indexedBy, isAbandoned } = dialectOf(db);
  const { rows } = await sql<{
    state: "pending" | "uncertain";
  }>`UPDATE deliveries ${indexedBy("deliveries_by_state")} SET
      state = CASE WHEN gate_at IS NULL THEN 'pending' ELSE 'uncertain' END,
      detail = CASE WHEN gate_at IS NULL THEN detail ELSE 'the run ended before the server answered' END,
      claim_id = CASE WHEN gate_at IS NULL THEN NULL ELSE claim_id END,
      reported = CASE WHEN gate_at IS NULL THEN reported ELSE 0 END, lease_until = NULL, changed_at = ${Number(now)}
    WHERE ${isAbandoned} AND state = 'claimed'
    RETURNING state`.execute(db);
  const pending = rows.filter(({ state }) => state === "pending").length;
  return { pending, uncertain: rows.length - pending };
}

/** Selects due deliveries: deferred ones first, then pending ones, in the order of preparation. */
async function selectDue(db: Db, query: ClaimQuery, limit: number): Promise<readonly Queued[]> {
  const { selectQueued } = dialectOf(db);
  const deferred = await selectQueued(db, { ...query, state: "deferred", limit });
  return [...deferred, ...(await selectQueued(db, { ...query, state: "pending", limit: limit - deferred.length }))];
}

async function suppressIneligible(db: Db, ineligible: readonly Queued[], now: Date): Promise<void> {
  if (ineligible.length === 0) return;
  const rows = dialectOf(db).valuesTable(
    ineligible.map(({ id, eligibility }) => [id, eligibility]),
    { id: "integer", eligibility: "text" },
  );
  await sql`UPDATE deliveries SET state = ${endsAs("suppressed")}, detail = k.eligibility, next_at = NULL,
      changed_at = ${Number(now)}
    FROM ${rows} WHERE deliveries.id = k.id`.execute(db);
}

async function take(
  db: Db,
  eligible: readonly Queued[],
  { claimId, leaseMs, now }: Pick<ClaimQuery, "leaseMs" | "now"> & { readonly claimId: string },
): Promise<void> {
  if (eligible.length === 0) return;
  const { wallClock, oneOfNumbers } = dialectOf(db);
  await db
    .updateTable("deliveries")
    .set((eb) => ({
      state: "claimed",
      claim_id: claimId,
      lease_until: sql<number>`${wallClock()} + ${leaseMs}`,
      attempts: eb("attempts", "+", 1),
      next_at: null,
      gate_at: null,
      changed_at: Number(now),
    }))
    .where(sql<boolean>`id IN ${oneOfNumbers(eligible.map(({ id }) => id))}`)
    .execute();
}

function claimOf({ id, editionId, subscriberId, address, letterId, attempts }: Queued, claimId: string): Claim {
  return { id, claimId, editionId, subscriberId, address, letterId: String(letterId), attempt: attempts + 1 };
}

type Key = Pick<Claim, "id" | "claimId">;

interface GateValues {
  readonly claims: readonly Key[];
  readonly now: Date;
}

/** Returns the claims as the rows of a values table `k`. */
const keysOf = ({ claims }: { readonly claims: readonly Key[] }): Rows =>
  claims.map(({ id, claimId }) => [id, claimId]);
const KEYS = { id: "integer", claim_id: "text" } as const;

const GATE = prepareQuery<GateValues, { readonly id: number }>(({ boundTable, wallClock }, param) => {
  const at = param(({ now }) => Number(now));
  return sql`UPDATE deliveries SET gate_at = ${at}, changed_at = ${at}
    FROM ${boundTable(param, keysOf, KEYS)}
      LEFT JOIN subscribers s ON s.id = (SELECT subscriber_id FROM deliveries WHERE id = k.id)
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.gate_at IS NULL AND deliveries.lease_until > ${wallClock(param)} AND ${eligibilityAt(at)} = 'active'
    RETURNING deliveries.id`;
});

async function gate(db: Db, claims: readonly Key[], now: Date): Promise<ReadonlySet<number>> {
  const { rows } = await GATE(db, { claims, now });
  return new Set(rows.map(({ id }) => id));
}

/** Renews leases. Does not renew an expired one, because another process may have released the claim. */
async function renew(db: Db, claims: readonly Key[], leaseMs: number): Promise<void> {
  const { wallClock, valuesTable } = dialectOf(db);
  await sql`UPDATE deliveries SET lease_until = ${wallClock()} + ${leaseMs} FROM ${valuesTable(keysOf({ claims }), KEYS)}
    WHERE deliveries.id = k.id AND deliveries.claim_id = k.claim_id AND deliveries.state = 'claimed'
      AND deliveries.lease_until > ${wallClock()}`.execute(db);
}
