import { backoffMs } from "../core/retry.js";
import { FetchFailed } from "./failures.js";

/** Told before each wait, so that a terminal can say why nothing happens. */
export interface WaitInfo {
  /** The attempt that failed, from 1, and how many there are at most. */
  readonly attempt: number;
  readonly of: number;
  readonly waitMs: number;
  readonly why: string;
  readonly url: string;
}

export interface RetryPolicy {
  /** How many times to try again after the first attempt. */
  readonly retries: number;
  /** The longest wait that the site may ask for, in ms. */
  readonly maxWaitMs: number;
  /** From 0 up to 1; spreads the waits of many machines. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onWait: (info: WaitInfo) => void;
}

/**
 * Tries until an attempt succeeds, the failure is not worth another try, or the tries are used up. What the site asks
 * for in `Retry-After` is waited in full, or not at all: longer than `maxWaitMs` ends the fetch, never an early retry.
 * @throws FetchFailed with the number of attempts; anything else that `attempt` throws, as it is.
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

/** How long to wait after a failed attempt, in ms; throws what ends the fetch when there is no other try. */
function waitAfter(failure: FetchFailed, attempt: number, policy: RetryPolicy): number {
  const asked = failure.parts.retryAfterMs ?? 0;
  if (failure.again !== "soon") throw new FetchFailed(failure.parts, attempt);
  if (asked > policy.maxWaitMs) throw waitTooLong(failure, asked);
  if (attempt > policy.retries) throw new FetchFailed(failure.parts, attempt);
  return Math.max(asked, backoffMs("fetch", attempt, policy.random));
}

function waitTooLong(failure: FetchFailed, asked: number): FetchFailed {
  const detail = [failure.parts.detail, `asked to wait ${inWords(asked)}`].filter((part) => part).join(", ");
  return new FetchFailed({ ...failure.parts, kind: "wait-too-long", detail, cause: failure });
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.ceil(ms / 1000)} seconds`;
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
