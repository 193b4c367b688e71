const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Backoff {
  /** Milliseconds to wait after the first, second, ... failure in a row; the last entry repeats. */
  readonly delays: readonly number[];
  /** The range of a random factor for the delay, so that clients that failed together do not retry together. */
  readonly jitter: readonly [least: number, most: number];
}

/** Every back-off of the program, by the operation that failed. */
const BACKOFFS = {
  /** Fetching a page. Starts at one second, because a person may be waiting for the command. */
  fetch: { delays: [1, 2, 4, 8, 16, 30].map((n) => n * SECOND), jitter: [0.5, 1] },
  /**
   * One deferred message. Greylisting ends within minutes; after that, RFC 5321 section 4.5.4.1 asks for at least 30 minutes
   * between attempts.
   */
  message: { delays: [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR], jitter: [1, 1.2] },
  /** A mail server that is unreachable or asks for a lower rate; Paperboy sends nothing to it during the delay. */
  route: { delays: [1, 2, 5, 10, 30].map((n) => n * MINUTE), jitter: [1, 1.2] },
  /** One transactional mail. The first retries come soon, because readers wait for a confirmation. */
  transactional: { delays: [1, 2, 3, 4, 5, 10, 15, 30].map((n) => n * MINUTE), jitter: [1, 1] },
  /** A webhook request that failed. */
  webhook: {
    delays: [15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR],
    jitter: [1, 1],
  },
} as const satisfies Record<string, Backoff>;

/**
 * Returns the delay in ms after `failure` consecutive failures (1 or more).
 * @param random returns numbers in [0, 1)
 */
export function backoffMs(kind: keyof typeof BACKOFFS, failure: number, random: () => number = Math.random): number {
  const { delays, jitter }: Backoff = BACKOFFS[kind];
  const [least, most] = jitter;
  const delay = delays[Math.min(Math.max(failure, 1), delays.length) - 1] ?? 0;
  return Math.round(delay * (least + (most - least) * random()));
}

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3): a number of seconds, or an HTTP date in any of its three forms (section 5.6.7).
 * @returns milliseconds from `now`, 0 for a date in the past; null without a header or when it is malformed.
 */
export function parseRetryAfter(value: string | null, now: Date): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * SECOND;
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  // The asctime form has no zone; every HTTP date is in GMT.
  const date = Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
