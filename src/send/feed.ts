import type { Claim } from "../store/store.js";
import { domainOf } from "./address.js";

/** What lanes take their work from. */
export interface Feed {
  /** The next delivery for this lane (from 0), or null when there is nothing more to do. */
  next(lane: number): Promise<Claim | null>;
  /** What this lane may make ready while it is busy, if there is some and nobody waits for it: to be begun or put back. */
  ahead(lane: number): Claim | null;
  /** The lane begins with what it took ahead. */
  begin(claim: Claim): void;
  /** The lane does not begin with what it took ahead. */
  putBack(claim: Claim): void;
  /** The lane is done with it. */
  done(claim: Claim): void;
  /** The lane could not begin with it: another may. */
  giveBack(claim: Claim): void;
  /** Whether this lane may begin with something now. */
  mayBegin(lane: number): boolean;
  /** Whether no lane may begin with anything more. */
  isEnded(): boolean;
  /** How many lanes are at work. */
  working(): number;
  /** No lane gets anything more. */
  end(): void;
  /** What was claimed and not handed to a lane; waits for a claim that is under way. */
  left(): Promise<readonly Claim[]>;
}

export interface FeedParts {
  /** Claims at most so many; empty when nothing can be claimed. */
  readonly claim: (limit: number, exceptDomains: readonly string[]) => Promise<readonly Claim[]>;
  /** How many lanes may work now; the first ones do. */
  readonly allowed: () => number;
  readonly batch: number;
  /** How many messages may be on their way to one recipient domain. */
  readonly perDomain: number;
}

/** When so much of a batch is left, the next one is claimed. */
const LOW = 0.25;

/** Claims a few deliveries at a time and hands them to lanes; domains that are at their limit wait, others go on. */
export function openFeed({ claim, allowed, batch, perDomain }: FeedParts): Feed {
  const queue: Claim[] = [];
  const flying = new Map<string, number>();
  /** Who waits, and with which lane. */
  const wakers = new Map<() => void, number>();
  let working = 0;
  let claiming: Promise<void> | null = null;
  /** No lane begins anything more. */
  let ended = false;
  /** Nothing more can be claimed; what lanes took ahead is still theirs. */
  let exhausted = false;
  /** Nothing is claimable until a domain is free again. */
  let dry = false;
  /** Why claiming ahead failed, for the next lane that asks. */
  let failure: { readonly error: unknown } | null = null;

  const wake = (): void => {
    if (wakers.size === 0) return;
    const all = [...wakers.keys()];
    wakers.clear();
    all.forEach((wakeUp) => wakeUp());
  };
  const change = (lane: number): Promise<void> => new Promise((resolve) => void wakers.set(resolve, lane));
  /** Without a limit nobody counts. */
  const isLimited = Number.isFinite(perDomain);
  const mayBegin = (lane: number): boolean => !ended && (exhausted || lane < allowed());
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
    next: async (lane) => {
      for (;;) {
        if (failure !== null) {
          throw failure.error;
        }
        if (ended) {
          return null;
        }
        // What a lane took ahead and put back may still go when nothing more can be claimed.
        const taken = lane < allowed() ? take() : null;
        if (taken !== null) {
          working += 1;
          return taken;
        }
        if (exhausted && queue.length === 0) {
          return null;
        }
        if (lane < allowed() && mayClaim() && queue.length < batch) {
          await refill();
        } else {
          await change(lane);
        }
      }
    },
    ahead: (lane) => {
      if (!mayBegin(lane) || (wakers.size > 0 && [...wakers.values()].some(mayBegin))) return null;
      // A lane that finds nothing to make ready loses a round trip.
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
