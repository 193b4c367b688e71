import type { Claim } from "../../store/store.js";
import { domainOf } from "../message/address.js";
import type { Hold, Holds } from "./holds.js";
import type { LedgerWriter } from "./ledger-writer.js";
import type { Quota } from "./limits.js";
import type { DrainParts } from "./types.js";

/** Distributes claimed deliveries to connections, which are numbered from 0. */
export interface ClaimQueue {
  /** Returns the next delivery for this connection, or null if nothing is left. Waits while none may start. */
  next(connection: number): Promise<Claim | null>;
  /**
   * Returns a delivery that a busy connection may prepare ahead, or null if there is none or an idle connection needs it. The
   * caller must pass it to `begin` or `putBack`.
   */
  ahead(connection: number): Claim | null;
  /** Called when a connection starts a delivery that it prepared ahead. */
  begin(claim: Claim): void;
  /** Called when a connection does not start a delivery that it prepared ahead. */
  putBack(claim: Claim): void;
  /** Called when a connection has finished a delivery. */
  done(claim: Claim): void;
  /** Called when a connection could not start a delivery, so that another one can take it. */
  giveBack(claim: Claim): void;
  /** Whether this connection may start a delivery now. */
  mayBegin(connection: number): boolean;
  /** Whether the queue has ended. */
  isEnded(): boolean;
  /** Returns the number of connections that are working on a delivery. */
  working(): number;
  /** Ends the queue, so that no connection gets another delivery. */
  end(): void;
  /** Waits for a claim in progress, and returns the claims that no connection took. */
  remaining(): Promise<readonly Claim[]>;
}

export interface ClaimQueueParts {
  /** Claims at most `limit` deliveries. Returns none if nothing can be claimed. */
  readonly claim: (limit: number, exceptDomains: readonly string[]) => Promise<readonly Claim[]>;
  /** Returns the number of connections that may work now. Those with the lowest numbers do. */
  readonly allowed: () => number;
  readonly batch: number;
  /** The maximum number of messages in progress to one recipient domain. */
  readonly perDomain: number;
}

/** The next batch is claimed when no more than this share of a batch is left. */
const REFILL_SHARE = 0.25;

/**
 * Opens a queue that claims a batch of deliveries at a time. Deliveries to a domain at its limit wait while others are sent.
 */
export function openClaimQueue({ claim, allowed, batch, perDomain }: ClaimQueueParts): ClaimQueue {
  const queue: Claim[] = [];
  /** The number of messages in progress, by domain. */
  const inFlight = new Map<string, number>();
  /** Functions that wake waiting connections, with the number of the connection. */
  const wakers = new Map<() => void, number>();
  let working = 0;
  let claiming: Promise<void> | null = null;
  /** Whether the queue has ended: no connection starts another delivery. */
  let ended = false;
  /** Whether nothing more can be claimed, although deliveries prepared ahead may still start. */
  let exhausted = false;
  /** Whether nothing can be claimed until a domain is below its limit again. */
  let dry = false;
  /** The error of a failed claim, which the next call of `next` throws. */
  let failure: { readonly error: unknown } | null = null;

  const wake = (): void => {
    if (wakers.size === 0) return;
    const all = [...wakers.keys()];
    wakers.clear();
    all.forEach((wakeUp) => wakeUp());
  };
  const nextChange = (connection: number): Promise<void> =>
    new Promise((resolve) => void wakers.set(resolve, connection));
  const isLimited = Number.isFinite(perDomain);
  const mayBegin = (connection: number): boolean => !ended && (exhausted || connection < allowed());
  const isFree = (domain: string): boolean => (inFlight.get(domain) ?? 0) < perDomain;

  const take = (): Claim | null => {
    if (!isLimited) return queue.shift() ?? null;
    const index = queue.findIndex(({ address }) => isFree(domainOf(address)));
    const [taken] = index < 0 ? [] : queue.splice(index, 1);
    if (taken !== undefined) {
      count(taken, 1);
    }
    return taken ?? null;
  };
  const count = ({ address }: Claim, by: 1 | -1): void => {
    if (!isLimited) return;
    const domain = domainOf(address);
    inFlight.set(domain, (inFlight.get(domain) ?? 0) + by);
    if (inFlight.get(domain) === 0) {
      inFlight.delete(domain);
    }
  };
  const back = (claim: Claim): void => {
    count(claim, -1);
    queue.unshift(claim);
    wake();
  };
  const fullDomains = (): string[] => {
    if (!isLimited) return [];
    const busy = new Map(inFlight);
    queue.forEach(({ address }) => busy.set(domainOf(address), (busy.get(domainOf(address)) ?? 0) + 1));
    return [...busy].filter(([, messages]) => messages >= perDomain).map(([domain]) => domain);
  };
  const mayClaim = (): boolean => claiming === null && !dry && !exhausted && !ended;
  const refill = (): Promise<void> => {
    claiming = claimBatch().finally(() => {
      claiming = null;
      wake();
    });
    return claiming;
  };
  const claimBatch = async (): Promise<void> => {
    const except = fullDomains();
    try {
      const claims = await claim(batch, except);
      queue.push(...claims);
      dry = claims.length === 0;
      exhausted ||= dry && except.length === 0;
    } catch (error) {
      failure = { error };
      ended = true;
    }
  };

  return {
    next: async (connection) => {
      for (;;) {
        if (failure !== null) {
          throw failure.error;
        }
        if (ended) {
          return null;
        }
        // A delivery that was put back may still start, even if nothing more can be claimed.
        const taken = connection < allowed() ? take() : null;
        if (taken !== null) {
          working += 1;
          return taken;
        }
        if (exhausted && queue.length === 0) {
          return null;
        }
        if (connection < allowed() && mayClaim() && queue.length < batch) {
          await refill();
        } else {
          await nextChange(connection);
        }
      }
    },
    ahead: (connection) => {
      if (!mayBegin(connection) || (wakers.size > 0 && [...wakers.values()].some(mayBegin))) return null;
      // Claims early, because a connection with nothing to prepare loses a round trip.
      if (queue.length <= batch * REFILL_SHARE && mayClaim()) void refill();
      return take();
    },
    begin: () => {
      working += 1;
    },
    putBack: back,
    done: (claim) => {
      working -= 1;
      count(claim, -1);
      dry = false;
      wake();
    },
    giveBack: (claim) => {
      working -= 1;
      back(claim);
    },
    mayBegin,
    isEnded: () => ended,
    working: () => working,
    end: () => {
      ended = true;
      wake();
    },
    remaining: async () => {
      await claiming;
      return [...queue];
    },
  };
}

interface ClaimParts {
  readonly parts: Pick<DrainParts, "editionIds">;
  readonly quota: Quota;
  readonly ledger: Pick<LedgerWriter, "claim">;
  readonly holds: Pick<Holds, "domains">;
  /** The hold of which one delivery is claimed as a probe; null to claim all that are not held. */
  readonly probe: Pick<Hold, "domain"> | null;
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
