import { backoffMs } from "../core/retry.js";
import { FetchFailed } from "./failures.js";

/** Passed to `onWait` before each wait, so that progress output can show the reason. */
export interface WaitInfo {
  /** The failed attempt, from 1, and the maximum number of attempts. */
  readonly attempt: number;
  readonly of: number;
  readonly waitMs: number;
  readonly why: string;
  readonly url: string;
}

export interface RetryPolicy {
  /** The number of retries after the first attempt. */
  readonly retries: number;
  /** The longest `Retry-After` to wait for, in ms. */
  readonly maxWaitMs: number;
  /** Returns numbers in [0, 1), for jitter. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onWait: (info: WaitInfo) => void;
}

/**
 * Retries until an attempt succeeds, a failure is permanent, or no retries are left. Waits for the full `Retry-After`; if it is
 * longer than `maxWaitMs`, the fetch fails.
 * @throws FetchFailed with the number of attempts; rethrows other errors unchanged.
 */
export async function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof FetchFailed)) throw error;
      const waitMs = waitAfter(error, n, policy);
      policy.onWait({ attempt: n, of: policy.retries + 1, waitMs, why: error.message, url: error.parts.url });
      await policy.sleep(waitMs);
    }
  }
}

/** Returns the wait before the next attempt, in ms. Throws if there is no next attempt. */
function waitAfter(failure: FetchFailed, attempt: number, policy: RetryPolicy): number {
  const asked = failure.parts.retryAfterMs ?? 0;
  if (failure.retry !== "soon") throw new FetchFailed(failure.parts, attempt);
  if (asked > policy.maxWaitMs) throw waitTooLong(failure, asked);
  if (attempt > policy.retries) throw new FetchFailed(failure.parts, attempt);
  return Math.max(asked, backoffMs("fetch", attempt, policy.random));
}

function waitTooLong(failure: FetchFailed, asked: number): FetchFailed {
  const detail = [failure.parts.detail, `asked to wait ${formatDuration(asked)}`].filter((part) => part).join(", ");
  return new FetchFailed({ ...failure.parts, kind: "wait-too-long", detail, cause: failure });
}

function formatDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.ceil(ms / 1000)} seconds`;
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
