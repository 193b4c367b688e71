import type { SendResult } from "../send-result.js";

/** Limits how many connections send at once, by how the server answers. */
export interface ConcurrencyLimiter {
  /** Returns how many connections may send now. */
  allowed(): number;
  /**
   * Records a result; `alone` is whether no other connection is sending. Returns whether the server counts as down, so that
   * sending has to pause.
   */
  record(result: SendResult, alone: boolean): boolean;
  /** After a pause: forgets past failures and starts with one connection, but keeps the lower limit. */
  reset(): void;
}

/** This many connection problems in a row, without an accepted message in between, mean that the server is down. */
const FAILURES = 3;

/** After this many accepted messages in a row, the limit rises by one. */
const RECOVERY = 100;

/**
 * Starts with one connection and adds one with each accepted message, so that a server that refuses the sender, the size or every
 * message says so once or twice. Halves the limit when the server asks for fewer messages, and raises it again one by one.
 */
export function openConcurrencyLimiter(connections: number): ConcurrencyLimiter {
  let most = connections;
  let allowed = 1;
  let failures = 0;
  let accepted = 0;
  const lower = (limit: number): void => {
    most = Math.max(1, limit);
    allowed = Math.min(allowed, most);
  };
  return {
    allowed: () => allowed,
    record: ({ state, problem, offered }, alone) => {
      if (state === "sent") {
        failures = 0;
        accepted += 1;
        most = accepted % RECOVERY === 0 ? Math.min(connections, most + 1) : most;
        allowed = Math.min(most, allowed + 1);
      }
      if (problem === null) return false;
      accepted = 0;
      // While other connections work, a rejected connection is only one too many.
      if (!offered && !alone) {
        lower(allowed - 1);
        return false;
      }
      failures += 1;
      if (problem === "throttled" || !offered) lower(Math.floor(allowed / 2));
      return !offered || failures >= FAILURES;
    },
    reset: () => {
      failures = 0;
      allowed = 1;
    },
  };
}
