import type { RunStore } from "../../store/store.js";
import type { SendResult } from "../send-result.js";

/** The maximum number of messages in any second, minute, hour or day; unlimited if absent. */
export interface RateLimits {
  readonly perSecond?: number | undefined;
  readonly perMinute?: number | undefined;
  readonly perHour?: number | undefined;
  readonly perDay?: number | undefined;
}

/** Limits the number of messages that are sent, with a count that all senders share. */
export interface Quota {
  /** Takes up to `most` permits. `permits` messages may be sent now, more possibly after `waitMs`. */
  take(most: number): Promise<{ readonly permits: number; readonly waitMs: number }>;
  /** Returns permits for messages that were not sent. */
  giveBack(unused: number): Promise<void>;
}

const UNLIMITED: Quota = {
  take: (most) => Promise.resolve({ permits: most, waitMs: 0 }),
  giveBack: () => Promise.resolve(),
};

interface QuotaParts {
  readonly runs: Pick<RunStore, "change">;
  readonly channel: string;
  /** Real time in ms. */
  readonly wall: () => number;
}

/**
 * Opens a quota that counts messages in the store, so that all processes and machines together stay within the provider's
 * limits.
 */
export function openQuota({ runs, channel, wall }: QuotaParts, limits: RateLimits): Quota {
  if (Object.values(limits).every((limit) => limit === undefined)) return UNLIMITED;
  const use = <T>(act: (rate: Rate, at: number) => T): Promise<T> => {
    const at = wall();
    return runs.change(`rate:${channel}`, (saved) => {
      const rate = openRate(limits, saved);
      const result = act(rate, at);
      return { value: rate.state(), result };
    });
  };
  return {
    take: (most) =>
      use((rate, at) => {
        const permits = Math.min(most, rate.available(at));
        const waitMs = rate.waitMs(at);
        rate.use(permits, at);
        return { permits, waitMs };
      }),
    giveBack: async (unused) => {
      if (unused > 0) await use((rate, at) => rate.use(-unused, at));
    },
  };
}

interface Span {
  readonly limit: keyof RateLimits;
  readonly ms: number;
  /** The number of slots in the span. A message counts until its whole slot is older than the span. */
  readonly slots: number;
}

const SPANS: readonly Span[] = [
  { limit: "perSecond", ms: 1000, slots: 10 },
  { limit: "perMinute", ms: 60_000, slots: 60 },
  { limit: "perHour", ms: 3_600_000, slots: 60 },
  { limit: "perDay", ms: 86_400_000, slots: 96 },
];

/** The number of messages by slot, for each limit, as stored in JSON: `{"perHour": [[29384753, 12], ...]}`. */
export type RateState = Readonly<Partial<Record<keyof RateLimits, readonly (readonly [number, number])[]>>>;

/** A sliding-window count. Instants are ms of real time, because `--now` does not change the provider's limit. */
export interface Rate {
  available(at: number): number;
  /** Returns the milliseconds until a permit is available. */
  waitMs(at: number): number;
  /** Counts messages that are about to be sent. A negative number gives back permits. */
  use(count: number, at: number): void;
  state(): RateState;
}

/**
 * Opens a count that enforces the limit over any span of that length, even across restarts. Providers count a rolling hour and
 * day; a token bucket would allow twice the limit around a restart or after a pause.
 */
export function openRate(limits: RateLimits, saved: unknown): Rate {
  const spans = SPANS.flatMap((span) => {
    const limit = limits[span.limit];
    return limit === undefined ? [] : [{ ...span, max: limit, counts: readCounts(saved, span.limit) }];
  });
  const expire = (at: number): void => {
    for (const span of spans) {
      const now = slotOf(span, at);
      for (const [slot, count] of span.counts) {
        if (slot < now - span.slots) {
          span.counts.delete(slot);
        } else if (slot > now) {
          // The clock was set back, so these messages count as sent now.
          span.counts.delete(slot);
          span.counts.set(now, (span.counts.get(now) ?? 0) + count);
        }
      }
    }
  };
  return {
    available: (at) => {
      expire(at);
      return Math.max(0, Math.min(...spans.map(({ max, counts }) => max - used(counts))));
    },
    waitMs: (at) => {
      expire(at);
      const waits = spans
        .filter(({ max, counts }) => used(counts) >= max)
        .map((span) => ((Math.min(...span.counts.keys()) + span.slots + 1) * span.ms) / span.slots - at);
      return Math.max(0, ...waits.map(Math.ceil));
    },
    use: (count, at) => {
      expire(at);
      for (const span of spans) {
        const slot = count < 0 ? Math.max(0, ...span.counts.keys()) : slotOf(span, at);
        span.counts.set(slot, Math.max(0, (span.counts.get(slot) ?? 0) + count));
      }
    },
    state: () => Object.fromEntries(spans.map(({ limit, counts }) => [limit, [...counts]])),
  };
}

function slotOf({ ms, slots }: Span, at: number): number {
  return Math.floor((at * slots) / ms);
}

function used(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function isPair(pair: unknown): pair is [number, number] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => Number.isSafeInteger(part) && part >= 0);
}

/** Reads the stored counts. Ignores everything except pairs of whole numbers. */
function readCounts(saved: unknown, limit: string): Map<number, number> {
  const pairs: unknown = typeof saved === "object" && saved !== null ? Reflect.get(saved, limit) : null;
  return new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []);
}

/** Limits the number of connections that send at the same time, by the responses of the server. */
export interface ConcurrencyLimiter {
  /** Returns the number of connections that may send now. */
  allowed(): number;
  /**
   * Records a result. `alone` is whether no other connection is sending. Returns whether the server is down, so that sending
   * must pause.
   */
  record(result: SendResult, alone: boolean): boolean;
  /** Forgets past failures after a pause and starts with one connection, but keeps the lower limit. */
  reset(): void;
}

/** The number of consecutive connection problems after which the server counts as down. */
const MAX_FAILURES = 3;

/** The number of consecutive accepted messages after which the limit rises by one. */
const ACCEPTED_PER_STEP = 100;

/**
 * Starts with one connection and adds one with each accepted message, so that a server that refuses the sender, the size or
 * every message does so only once or twice. Halves the limit when the server asks for a lower rate, and raises it again by one
 * at a time.
 */
export function openConcurrencyLimiter(connections: number): ConcurrencyLimiter {
  let ceiling = connections;
  let allowed = 1;
  let failures = 0;
  let accepted = 0;
  const lower = (limit: number): void => {
    ceiling = Math.max(1, limit);
    allowed = Math.min(allowed, ceiling);
  };
  return {
    allowed: () => allowed,
    record: ({ state, problem, offered }, alone) => {
      if (state === "sent") {
        failures = 0;
        accepted += 1;
        ceiling = accepted % ACCEPTED_PER_STEP === 0 ? Math.min(connections, ceiling + 1) : ceiling;
        allowed = Math.min(ceiling, allowed + 1);
      }
      if (problem === null) return false;
      accepted = 0;
      // While other connections work, a rejected connection only means that there are too many.
      if (!offered && !alone) {
        lower(allowed - 1);
        return false;
      }
      failures += 1;
      if (problem === "throttled" || !offered) lower(Math.floor(allowed / 2));
      return !offered || failures >= MAX_FAILURES;
    },
    reset: () => {
      failures = 0;
      allowed = 1;
    },
  };
}
