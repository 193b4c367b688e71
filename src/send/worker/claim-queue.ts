import type { Claim } from "../../store/store.js";
import { domainOf } from "../message/address.js";

/** Hands claimed deliveries to connections, which are numbered from 0. */
export interface ClaimQueue {
  /** Returns the next delivery for this connection, or null when nothing is left. Waits while none may start. */
  next(connection: number): Promise<Claim | null>;
  /**
   * Returns a delivery that a busy connection may prepare ahead, or null when there is none or an idle connection needs it. The
   * caller must pass it to `begin` or `putBack`.
   */
  ahead(connection: number): Claim | null;
  /** The connection starts with a delivery that it prepared ahead. */
  begin(claim: Claim): void;
  /** The connection does not start with a delivery that it prepared ahead. */
  putBack(claim: Claim): void;
  /** The connection has finished a delivery. */
  done(claim: Claim): void;
  /** The connection could not start with a delivery: another one may. */
  giveBack(claim: Claim): void;
  /** Returns whether this connection may start a delivery now. */
  mayBegin(connection: number): boolean;
  /** Returns whether no connection may start a delivery any more. */
  isEnded(): boolean;
  /** Returns how many connections are working on a delivery. */
  working(): number;
  /** Ends the queue: no connection gets another delivery. */
  end(): void;
  /** Returns the claims that no connection got, after waiting for a claim in progress. */
  remaining(): Promise<readonly Claim[]>;
}

export interface ClaimQueueParts {
  /** Claims at most `limit` deliveries; returns none when nothing can be claimed. */
  readonly claim: (limit: number, exceptDomains: readonly string[]) => Promise<readonly Claim[]>;
  /** Returns how many connections may work now; those with the lowest numbers do. */
  readonly allowed: () => number;
  readonly batch: number;
  /** How many messages to one recipient domain may be in progress. */
  readonly perDomain: number;
}

/** The next batch is claimed when this share of a batch is left. */
const LOW = 0.25;

/** Claims a few deliveries at a time. Deliveries to a domain at its limit wait while others are handed out. */
export function openClaimQueue({ claim, allowed, batch, perDomain }: ClaimQueueParts): ClaimQueue {
  const queue: Claim[] = [];
  /** Messages in progress by domain. */
  const inFlight = new Map<string, number>();
  /** Resolves the promises of waiting connections, by connection number. */
  const wakers = new Map<() => void, number>();
  let working = 0;
  let claiming: Promise<void> | null = null;
  /** No connection starts another delivery. */
  let ended = false;
  /** Nothing more can be claimed, but deliveries prepared ahead may still start. */
  let exhausted = false;
  /** Nothing can be claimed until a domain is below its limit again. */
  let dry = false;
  /** The error of a failed claim, for the next connection that asks. */
  let failure: { readonly error: unknown } | null = null;

  const wake = (): void => {
    if (wakers.size === 0) return;
    const all = [...wakers.keys()];
    wakers.clear();
    all.forEach((wakeUp) => wakeUp());
  };
  const change = (connection: number): Promise<void> => new Promise((resolve) => void wakers.set(resolve, connection));
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
        // A delivery that was put back may still start when nothing more can be claimed.
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
          await change(connection);
        }
      }
    },
    ahead: (connection) => {
      if (!mayBegin(connection) || (wakers.size > 0 && [...wakers.values()].some(mayBegin))) return null;
      // Claim early: a connection with nothing to prepare loses a round trip.
      if (queue.length <= batch * LOW && mayClaim()) void refill();
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
