import type { RunStore } from "../../store/store.js";

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
