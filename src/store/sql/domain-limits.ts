import { sql } from "kysely";
import type { ClaimQuery } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf, type Queued } from "./dialect.js";

/** How many claims there are of each recipient domain. */
export interface Crowd {
  /** The domains that no more may be claimed of. */
  full(): readonly string[];
  /** Whether one more fits, and then counts it. */
  admit(row: Pick<Queued, "address">): boolean;
}

const ANYBODY: Crowd = { full: () => [], admit: () => true };

/** Counts what everybody holds, so that all workers together keep to the limit of a domain. */
export async function openCrowd(db: Db, { perDomain }: Pick<ClaimQuery, "perDomain">): Promise<Crowd> {
  if (perDomain === undefined || !dialectOf(db).hasWorkers) return ANYBODY;
  const { rows } = await sql<{ domain: string; claims: number }>`
    SELECT s.domain, count(*) AS claims FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.state = 'claimed' GROUP BY s.domain`.execute(db);
  const held = new Map(rows.map(({ domain, claims }) => [domain, claims]));
  return {
    full: () => [...held].filter(([, claims]) => claims >= perDomain).map(([domain]) => domain),
    admit: ({ address }) => {
      const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
      const claims = held.get(domain) ?? 0;
      if (claims >= perDomain) return false;
      held.set(domain, claims + 1);
      return true;
    },
  };
}
