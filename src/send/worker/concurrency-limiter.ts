import type { SendResult } from "../send-result.js";

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
