import { sql } from "kysely";
import type { ClaimQuery } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf, type Queued } from "./dialect.js";

/** Counts claims per recipient domain. */
export interface DomainLimits {
  /** The domains that have reached their limit. */
  full(): readonly string[];
  /** Counts another claim and returns true, or returns false if the domain has reached its limit. */
  admit(row: Pick<Queued, "address">): boolean;
}

const UNLIMITED: DomainLimits = { full: () => [], admit: () => true };

/** Counts the claims of all workers, so that together they respect the limit of a domain. */
export async function openDomainLimits(db: Db, { perDomain }: Pick<ClaimQuery, "perDomain">): Promise<DomainLimits> {
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
