import { setTimeout as sleep } from "node:timers/promises";
import { isConflict, isLost } from "./failures.js";

/** How long to retry while the server is unreachable, in ms. A restart takes less. */
export const RETRY_MS = 15_000;

/** How long to retry when the store is opened, in ms. This is short, so that a wrong URL fails quickly. */
export const CONNECT_RETRY_MS = 2000;

/** The first and the longest delay between two attempts, in ms. */
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 500;

/** The maximum number of attempts for a transaction that conflicts with others. */
const MAX_ATTEMPTS = 20;

export interface RetryOptions {
  /** How long to retry while the server is unreachable. */
  readonly timeoutMs: number;
  /** Whether the work may run twice if the connection is lost before the reply; true by default. */
  readonly isRepeatable?: () => boolean;
  /** Whether a unique violation counts as a conflict, because a snapshot cannot see the row of the other transaction. */
  readonly isSnapshot?: boolean;
}

/** Retries while the server is unreachable, and after conflicts with other transactions. */
export async function withRetry<T>(
  work: () => Promise<T>,
  { timeoutMs, isRepeatable = () => true, isSnapshot = false }: RetryOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const canRetry = isLost(error) ? isRepeatable() && performance.now() < deadline : isConflict(error, isSnapshot);
      if (!canRetry || (!isLost(error) && attempt >= MAX_ATTEMPTS)) throw error;
    }
    await sleep(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * attempt * Math.random()));
  }
}
