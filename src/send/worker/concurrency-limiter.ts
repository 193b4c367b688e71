import type { Verdict } from "../send-result.js";

/** How much a server is asked to take at once, by how it answers. */
export interface Governor {
  /** How many connections may work now. */
  allowed(): number;
  /**
   * Learns from a verdict; `alone` is whether no other connection is at work. Answers whether the route counts as down: then
   * everything rests for a while.
   */
  learn(verdict: Verdict, alone: boolean): boolean;
  /** After a rest: failures so far are forgotten, but not the lower number of connections. */
  rest(): void;
}

/** So many failures of the way in a row, with nothing accepted in between, and the route counts as down. */
const STRIKES = 3;

/** After so many accepted messages in a row, one more connection is tried. */
const RECOVERY = 100;

/** A server that says "too much" gets half as many connections from then on, and gets them back one by one. */
export function openGovernor(connections: number): Governor {
  let allowed = connections;
  let strikes = 0;
  let accepted = 0;
  return {
    allowed: () => allowed,
    learn: ({ state, trouble, offered }, alone) => {
      if (state === "sent") {
        strikes = 0;
        accepted += 1;
        allowed = accepted % RECOVERY === 0 ? Math.min(connections, allowed + 1) : allowed;
      }
      if (trouble !== null) {
        strikes += 1;
        accepted = 0;
      }
      if (trouble === "busy" || (trouble === "line" && !offered)) {
        allowed = Math.max(1, Math.floor(allowed / 2));
      }
      // While others get through, a connection that is not let in is one too many, no more.
      return trouble !== null && (strikes >= STRIKES || (!offered && alone));
    },
    rest: () => {
      strikes = 0;
    },
  };
}
