import type { Claim } from "../../store/store.js";
import type { ClaimQueueParts } from "./claim-queue.js";
import type { Holds } from "./holds.js";
import type { LedgerWriter } from "./ledger-writer.js";
import type { Quota } from "./quota.js";
import type { DrainParts } from "./types.js";

/** A single message that is tried while letters are held. */
export interface Probe {
  /** The recipient domain that is held; null for all domains. */
  readonly domain: string | null;
}

export interface ClaimParts {
  readonly parts: Pick<DrainParts, "editionIds">;
  readonly quota: Quota;
  readonly ledger: Pick<LedgerWriter, "claim" | "giveBack">;
  readonly holds: Pick<Holds, "domains">;
  /** Claims only one delivery; null to claim all. */
  readonly probe: Probe | null;
  /** Called when the configured rate limit is used up, with the time in ms until the next message is allowed. */
  readonly onRate: (ms: number) => void;
}

/** Returns the function with which a queue claims deliveries, within the configured limits and without held letters. */
export function openClaims(parts: ClaimParts): ClaimQueueParts["claim"] {
  if (parts.probe === null) {
    return (most, except) => claimWithinQuota(parts, most, { exceptDomains: [...except, ...parts.holds.domains()] });
  }
  const { domain } = parts.probe;
  const { editionIds } = parts.parts;
  const domains = domain === null ? { exceptDomains: parts.holds.domains() } : { onlyDomain: domain };
  // Chooses the newest edition that has a letter, because an older one may be refused for its content.
  const editions = editionIds.length === 0 ? [{}] : editionIds.toReversed().map((id) => ({ editionIds: [id] }));
  return async () => {
    for (let edition = editions.shift(); edition !== undefined; edition = editions.shift()) {
      const claims = await claimWithinQuota(parts, 1, { ...domains, ...edition });
      if (claims.length > 0) {
        editions.splice(0);
        return claims;
      }
    }
    return [];
  };
}

/** Takes permits before messages are sent, so that a crash may waste permits but never exceed the limit. */
async function claimWithinQuota(
  { quota, ledger, onRate }: ClaimParts,
  most: number,
  among: Parameters<LedgerWriter["claim"]>[1],
): Promise<readonly Claim[]> {
  const { permits, waitMs } = await quota.take(most);
  if (permits === 0) {
    onRate(waitMs);
    return [];
  }
  const claims = await ledger.claim(permits, among);
  await quota.giveBack(permits - claims.length);
  return claims;
}

export async function returnClaims(
  { ledger, quota }: Pick<ClaimParts, "ledger" | "quota">,
  claims: readonly Claim[],
): Promise<void> {
  await Promise.all(claims.map((claim) => ledger.giveBack(claim)));
  await quota.giveBack(claims.length);
}
