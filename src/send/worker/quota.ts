/** At most so many messages in any second, minute, hour, day; absent: no limit. */
export interface RateLimits {
  readonly perSecond?: number | undefined;
  readonly perMinute?: number | undefined;
  readonly perHour?: number | undefined;
  readonly perDay?: number | undefined;
}

interface Span {
  readonly limit: keyof RateLimits;
  readonly ms: number;
  /** The span is counted in so many slots; a message counts until its whole slot is older than the span. */
  readonly slots: number;
}

const SPANS: readonly Span[] = [
  { limit: "perSecond", ms: 1000, slots: 10 },
  { limit: "perMinute", ms: 60_000, slots: 60 },
  { limit: "perHour", ms: 3_600_000, slots: 60 },
  { limit: "perDay", ms: 86_400_000, slots: 96 },
];

/** Messages by slot, per limit: `{"perHour": [[29384753, 12], ...]}`. Plain data, as the store keeps it. */
export type RateState = Readonly<Partial<Record<keyof RateLimits, readonly (readonly [number, number])[]>>>;

/** What may go out now. Instants are milliseconds of real time: the limit is the provider's, who knows no `--now`. */
export interface Rate {
  available(at: number): number;
  /** Milliseconds until something is available again. */
  waitMs(at: number): number;
  /** Counts messages that are about to go out; a negative number gives back what did not. */
  use(count: number, at: number): void;
  state(): RateState;
}

/**
 * A limit that holds over any span of that length, also across restarts: providers count a rolling hour and day, and a
 * bucket that refills would let twice the limit through around a restart or after a pause.
 */
export function openRate(limits: RateLimits, saved: unknown): Rate {
  const spans = SPANS.flatMap((span) => {
    const limit = limits[span.limit];
    return limit === undefined ? [] : [{ ...span, max: limit, counts: readCounts(saved, span.limit) }];
  });
  const forget = (at: number): void => {
    for (const span of spans) {
      const now = slotOf(span, at);
      for (const [slot, count] of span.counts) {
        if (slot < now - span.slots) {
          span.counts.delete(slot);
        } else if (slot > now) {
          // The clock was put back: those went out now at the latest.
          span.counts.delete(slot);
          span.counts.set(now, (span.counts.get(now) ?? 0) + count);
        }
      }
    }
  };
  return {
    available: (at) => {
      forget(at);
      return Math.max(0, Math.min(...spans.map(({ max, counts }) => max - used(counts))));
    },
    waitMs: (at) => {
      forget(at);
      const waits = spans
        .filter(({ max, counts }) => used(counts) >= max)
        .map((span) => ((Math.min(...span.counts.keys()) + span.slots + 1) * span.ms) / span.slots - at);
      return Math.max(0, ...waits.map(Math.ceil));
    },
    use: (count, at) => {
      forget(at);
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

/** What the store kept, read without trust: anything else than pairs of whole numbers counts as nothing. */
function readCounts(saved: unknown, limit: string): Map<number, number> {
  const pairs: unknown = typeof saved === "object" && saved !== null ? Reflect.get(saved, limit) : null;
  return new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []);
}
