import type { Claim } from "../../store/store.js";
import { domainOf } from "../message/address.js";

/** What connections take their work from. */
export interface Feed {
  /** The next delivery for this connection (from 0), or null when there is nothing more to do. */
  next(connection: number): Promise<Claim | null>;
  /** What this connection may make ready while it is busy, if there is some and nobody waits for it: to be begun or put back. */
  ahead(connection: number): Claim | null;
  /** The connection begins with what it took ahead. */
  begin(claim: Claim): void;
  /** The connection does not begin with what it took ahead. */
  putBack(claim: Claim): void;
  /** The connection is done with it. */
  done(claim: Claim): void;
  /** The connection could not begin with it: another may. */
  giveBack(claim: Claim): void;
  /** Whether this connection may begin with something now. */
  mayBegin(connection: number): boolean;
  /** Whether no connection may begin with anything more. */
  isEnded(): boolean;
  /** How many connections are at work. */
  working(): number;
  /** No connection gets anything more. */
  end(): void;
  /** What was claimed and not handed to a connection; waits for a claim that is under way. */
  left(): Promise<readonly Claim[]>;
}

export interface FeedParts {
  /** Claims at most so many; empty when nothing can be claimed. */
  readonly claim: (limit: number, exceptDomains: readonly string[]) => Promise<readonly Claim[]>;
  /** How many connections may work now; the first ones do. */
  readonly allowed: () => number;
  readonly batch: number;
  /** How many messages may be on their way to one recipient domain. */
  readonly perDomain: number;
}

/** When so much of a batch is left, the next one is claimed. */
const LOW = 0.25;

/** Claims a few deliveries at a time and hands them to connections; domains that are at their limit wait, others go on. */
export function openFeed({ claim, allowed, batch, perDomain }: FeedParts): Feed {
  const queue: Claim[] = [];
  const flying = new Map<string, number>();
  /** Who waits, and with which connection. */
  const wakers = new Map<() => void, number>();
  let working = 0;
  let claiming: Promise<void> | null = null;
  /** No connection begins anything more. */
  let ended = false;
  /** Nothing more can be claimed; what connections took ahead is still theirs. */
  let exhausted = false;
  /** Nothing is claimable until a domain is free again. */
  let dry = false;
  /** Why claiming ahead failed, for the next connection that asks. */
  let failure: { readonly error: unknown } | null = null;

  const wake = (): void => {
    if (wakers.size === 0) return;
    const all = [...wakers.keys()];
    wakers.clear();
    all.forEach((wakeUp) => wakeUp());
  };
  const change = (connection: number): Promise<void> => new Promise((resolve) => void wakers.set(resolve, connection));
  /** Without a limit nobody counts. */
  const isLimited = Number.isFinite(perDomain);
  const mayBegin = (connection: number): boolean => !ended && (exhausted || connection < allowed());
  const isFree = (domain: string): boolean => (flying.get(domain) ?? 0) < perDomain;

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
    flying.set(domain, (flying.get(domain) ?? 0) + by);
    if (flying.get(domain) === 0) {
      flying.delete(domain);
    }
  };
  const back = (claim: Claim): void => {
    count(claim, -1);
    queue.unshift(claim);
    wake();
  };
  const fullDomains = (): string[] => {
    if (!isLimited) return [];
    const busy = new Map(flying);
    queue.forEach(({ address }) => busy.set(domainOf(address), (busy.get(domainOf(address)) ?? 0) + 1));
    return [...busy].filter(([, messages]) => messages >= perDomain).map(([domain]) => domain);
  };
  const mayClaim = (): boolean => claiming === null && !dry && !exhausted && !ended;
  const refill = (): Promise<void> => {
    claiming = claimSome().finally(() => {
      claiming = null;
      wake();
    });
    return claiming;
  };
  const claimSome = async (): Promise<void> => {
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
        // What a connection took ahead and put back may still go when nothing more can be claimed.
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
      // A connection that finds nothing to make ready loses a round trip.
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
    left: async () => {
      await claiming;
      return [...queue];
    },
  };
}
