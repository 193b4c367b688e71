import { setTimeout as sleep } from "node:timers/promises";
import { isBeaten, isLost } from "./failures.js";

/** How long we wait for a server that is away, in ms: a restart takes less. */
export const PATIENCE_MS = 15_000;

/** The same when we begin: a wrong URL should fail soon. */
export const FIRST_PATIENCE_MS = 2000;

/** Between two tries, in ms: at first, and at most. */
const PAUSE_MS = 20;
const MOST_PAUSE_MS = 500;

/** How often a transaction is tried that others undo. */
const TRIES = 20;

export interface Patience {
  /** For how long we wait for a server that is away. */
  readonly patienceMs: number;
  /** Whether it does no harm to do it twice when the connection is lost. */
  readonly mayRepeat: () => boolean;
  readonly isSteady: boolean;
}

/** Tries again while the server is away, and what others have undone. */
export async function patiently<T>(work: () => Promise<T>, { patienceMs, mayRepeat, isSteady }: Patience): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isWorthIt = isLost(error) ? mayRepeat() && performance.now() < deadline : isBeaten(error, isSteady);
      if (!isWorthIt || (!isLost(error) && attempt >= TRIES)) throw error;
    }
    await sleep(Math.min(MOST_PAUSE_MS, PAUSE_MS * attempt * Math.random()));
  }
}
