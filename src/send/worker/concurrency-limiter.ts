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
  /** After a pause: forgets past failures, but keeps the lower limit. */
  reset(): void;
}

/** This many connection problems in a row, without an accepted message in between, mean that the server is down. */
const FAILURES = 3;

/** After this many accepted messages in a row, one more connection is allowed. */
const RECOVERY = 100;

/** Halves the limit when the server asks for fewer messages, and raises it again one by one. */
export function openConcurrencyLimiter(connections: number): ConcurrencyLimiter {
  let allowed = connections;
  let failures = 0;
  let accepted = 0;
  return {
    allowed: () => allowed,
    record: ({ state, problem, offered }, alone) => {
      if (state === "sent") {
        failures = 0;
        accepted += 1;
        allowed = accepted % RECOVERY === 0 ? Math.min(connections, allowed + 1) : allowed;
      }
      if (problem !== null) {
        failures += 1;
        accepted = 0;
      }
      if (problem === "throttled" || (problem === "connection" && !offered)) {
        allowed = Math.max(1, Math.floor(allowed / 2));
      }
      // While other connections work, a rejected connection is only one too many.
      return problem !== null && (failures >= FAILURES || (!offered && alone));
    },
    reset: () => {
      failures = 0;
    },
  };
}
