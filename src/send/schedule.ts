const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How long to wait before a deferred message is tried again, in milliseconds, by attempt. Greylisting lifts within minutes;
 * what lasts longer wants at least 30 minutes between tries (RFC 5321 section 4.5.4.1). The last one repeats.
 */
const DEFERRALS: readonly number[] = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];

/** How long a server that is away or wants less is left alone, in milliseconds, by how often in a row. The last one repeats. */
const BACK_OFFS: readonly number[] = [1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE);

/** At most this much is added, so that what failed together does not come back together. */
const JITTER = 0.2;

/** Milliseconds until the next try, after the given attempt (from 1). `random` gives numbers in [0, 1). */
export function deferralMs(attempt: number, random: () => number): number {
  return step(DEFERRALS, attempt - 1, random);
}

/** Milliseconds for which the whole route rests, after the given failure in a row (from 1). */
export function backOffMs(failure: number, random: () => number): number {
  return step(BACK_OFFS, failure - 1, random);
}

function step(steps: readonly number[], index: number, random: () => number): number {
  const base = steps[Math.max(0, Math.min(index, steps.length - 1))] ?? MINUTE;
  return Math.round(base * (1 + JITTER * random()));
}
