import { backoffMs } from "../../core/retry.js";
import { openAllowance } from "./allowance.js";
import { openBreakers, type Stop } from "./circuit-breaker.js";
import { openDesk } from "./desk.js";
import { DRAIN_LIMITS, type DrainParts, type DrainResult, MAX_CONNECTIONS } from "./drain-parts.js";
import { type Drain, type End, INTERRUPTED, rateStop, routeStop } from "./drain-state.js";
import { openGovernor } from "./concurrency-limiter.js";
import { pass } from "./send-loop.js";

/** Without `wait`, a run sits out a pause of at most so many milliseconds. */
const PATIENCE = 90_000;

/** Connections are not kept over pauses longer than this. */
const IDLE = 5000;

/** Messages that came back untouched are tried again at once in so many passes in a row that achieve nothing. */
const FRUITLESS = 3;

/**
 * Delivers what is claimable in the ledger: claims a few, stamps them, sends them over connections side by side, and writes down
 * what became of each. Ends when nothing is claimable, when the signal aborts, or when going on makes no sense (`stopped`);
 * with `wait` it sits out pauses and deferrals until the deadlines. Every claim is settled or given back when it resolves.
 * @throws whatever the store throws, once all connections are down; what is not settled then, the next run recovers.
 */
export async function drain(parts: DrainParts): Promise<DrainResult> {
  const limit = { ...DRAIN_LIMITS, ...parts.limits };
  const started = parts.clock().getTime();
  let slept = 0;
  // Under `--now` the clock stands still, but a wait must end all the same; and no clock that is put back undoes a wait.
  const now = (): Date => new Date(Math.max(parts.clock().getTime(), started + slept));
  const desk = openDesk({ ...parts, limit, now });
  const state: Drain = {
    parts,
    limit,
    desk,
    governor: openGovernor(Math.min(limit.connections, MAX_CONNECTIONS)),
    allowance: openAllowance(parts, limit.rate),
    breakers: openBreakers(),
    connections: [],
    attempts: { sent: 0, deferred: 0, refused: 0, uncertain: 0, pending: 0 },
  };
  const pauseAfter = openPauses(state, now);
  try {
    for (;;) {
      const pause = await pauseAfter(await pass(state));
      if (typeof pause !== "number") {
        return { attempts: state.attempts, stopped: pause };
      }
      await rest(state, pause);
      slept += pause;
    }
  } finally {
    desk.close();
    await closeConnections(state);
  }
}

async function closeConnections({ connections }: Drain): Promise<void> {
  await Promise.all(connections.splice(0).map(async (connection) => connection?.close()));
}

async function rest(state: Drain, ms: number): Promise<void> {
  if (ms > IDLE) {
    await closeConnections(state);
  }
  if (ms > 0) {
    state.governor.rest();
    await state.parts.sleep(ms, state.parts.signal);
  }
}

/** Answers after each pass: how long to rest before the next, in ms; or why to stop; or null when everything was tried. */
function openPauses(state: Drain, now: () => Date): (end: End) => Promise<number | Stop | null> {
  const { parts, attempts } = state;
  const route = { failures: 0, sent: 0 };
  const retries = { fruitless: 0, pending: 0, achieved: 0 };

  const afterRoute = (end: End & { readonly kind: "down" }): number | Stop => {
    const progress = attempts.sent > route.sent;
    route.failures = progress ? 1 : route.failures + 1;
    route.sent = attempts.sent;
    return parts.wait || progress ? backoffMs("route", route.failures, parts.random) : routeStop(state, end.verdict);
  };
  const worthAnother = (): boolean => {
    const { sent, deferred, refused, uncertain, pending } = attempts;
    const achieved = sent + deferred + refused + uncertain;
    const returned = pending > retries.pending;
    retries.fruitless = achieved > retries.achieved ? 0 : retries.fruitless + 1;
    retries.pending = pending;
    retries.achieved = achieved;
    return returned && retries.fruitless < FRUITLESS;
  };
  const untilDue = async (): Promise<number | null> => {
    const due = parts.wait ? await parts.ledger.nextDue(parts.transport.channel) : null;
    // What is due and was not claimed belongs to another edition or process.
    return due !== null && due > now() ? due.getTime() - now().getTime() : null;
  };

  return async (end) => {
    if (end.kind === "error") {
      throw end.error;
    }
    if (end.kind === "stop" || parts.signal.aborted) {
      return end.kind === "stop" ? end.stop : INTERRUPTED;
    }
    if (end.kind === "rate") {
      return parts.wait || end.ms <= PATIENCE ? end.ms : rateStop(end.ms);
    }
    return end.kind === "down" ? afterRoute(end) : worthAnother() ? 0 : untilDue();
  };
}
