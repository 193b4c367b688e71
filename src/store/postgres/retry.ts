import { setTimeout as sleep } from "node:timers/promises";
import { isConflict, isLost } from "./failures.js";

/** How long to retry while the server is unreachable, in ms: longer than a restart. */
export const RETRY_MS = 15_000;

/** The same when the store is opened, in ms: a wrong URL should fail soon. */
export const CONNECT_RETRY_MS = 2000;

/** The first and the longest delay between two tries, in ms. */
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 500;

/** Tries of a transaction that conflicts with others. */
const MAX_TRIES = 20;

export interface RetryOptions {
  /** How long to retry while the server is unreachable. */
  readonly timeoutMs: number;
  /** Whether the work may run twice when the connection is lost before the answer; true by default. */
  readonly isRepeatable?: () => boolean;
  /** Whether a unique violation counts as a conflict, since a snapshot cannot see the other transaction's row. */
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
      if (!canRetry || (!isLost(error) && attempt >= MAX_TRIES)) throw error;
    }
    await sleep(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * attempt * Math.random()));
  }
}
