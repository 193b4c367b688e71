import { backoffMs } from "../../core/retry.js";
import { INTERRUPTED, openCircuitBreaker, rateStop, routeStop, type Stop, type Trip } from "./circuit-breaker.js";
import { type Hold, holdSentence, openHolds } from "./holds.js";
import { openLedgerWriter } from "./ledger-writer.js";
import { openConcurrencyLimiter, openQuota } from "./limits.js";
import { type Drain, type End, sendLoop } from "./send-loop.js";
import { DRAIN_LIMITS, type DrainParts, type DrainResult, MAX_CONNECTIONS } from "./types.js";

/** The longest pause, in ms, that a run without `wait` waits for. */
const MAX_PAUSE = 90_000;

/** During pauses longer than this, in ms, connections are closed. */
const MAX_IDLE = 5000;

/** Messages that are pending after a pass are retried immediately, for at most this many passes in a row without a result. */
const MAX_FRUITLESS = 3;

/**
 * Claims deliveries in the ledger, renders and sends their messages over several connections, and records each result. Ends
 * when nothing can be claimed, when the signal aborts, or when further messages would fail too (`stopped`). With `wait`, it
 * waits for pauses and deferrals until the deadlines. A stop that concerns all further messages is held across drains: the next
 * drain tries one message first, and sends the others only if the server accepts it. When this resolves, every claim is settled
 * or given back.
 * @throws the errors of the store, after closing all connections. The next run recovers the claims that were not settled.
 */
export async function drain(parts: DrainParts): Promise<DrainResult> {
  const given = { ...DRAIN_LIMITS, ...parts.limits };
  const limit = { ...given, connections: Math.min(given.connections, MAX_CONNECTIONS) };
  const started = parts.clock().getTime();
  let slept = 0;
  // Adds the time slept, because the clock does not advance under `--now` but waiting must end. Setting the clock back must not
  // extend a wait.
  const now = (): Date => new Date(Math.max(parts.clock().getTime(), started + slept));
  const limiter = openConcurrencyLimiter(limit.connections);
  const ledger = openLedgerWriter({ ...parts, limit, now, allowed: () => limiter.allowed() });
  const { runs, wall, probeEveryMs = 0 } = parts;
  const { channel } = parts.transport;
  const holds = await openHolds({ runs, channel, now, wall, probeEveryMs });
  const state: Drain = {
    parts,
    limit,
    ledger,
    limiter,
    quota: openQuota({ runs, channel, wall }, limit.rate),
    // Refusals before a hold still count, so that a few more are enough to stop again.
    breaker: openCircuitBreaker(holds.earlier().find(({ kind }) => kind === "refusals")),
    holds,
    connections: [],
    attempts: { sent: 0, deferred: 0, refused: 0, uncertain: 0, pending: 0 },
  };
  const pauseAfter = openPauses(state, now);
  const pass = async (probe: Hold | null): Promise<Stop | null> => {
    for (;;) {
      const end = await sendLoop(state, probe);
      if (end.kind === "trip") await keepTrip(state, end.trip);
      if (probe !== null && end.kind === "empty") return null;
      const pause = await pauseAfter(end);
      if (typeof pause !== "number") {
        if (pause !== null) await holds.add(pause, { ...state.breaker.totals, domain: null });
        return pause;
      }
      await sleep(state, pause);
      slept += pause;
    }
  };
  try {
    const stopped = (await probeHolds(state, pass)) ?? (await pass(null));
    return { attempts: state.attempts, stopped: stopped ?? holds.stop() };
  } finally {
    ledger.close();
    await closeConnections(state);
  }
}

/** Tries one message of each hold. Returns the reason why all sending remains stopped, or null. */
async function probeHolds(
  { holds, attempts }: Drain,
  pass: (probe: Hold) => Promise<Stop | null>,
): Promise<Stop | null> {
  for (const hold of holds.earlier()) {
    const before = { ...attempts };
    const mayProbe = await holds.mayProbe(hold);
    const stopped = mayProbe ? await pass(hold) : null;
    if (stopped !== null) return stopped;
    if (attempts.sent > before.sent) await holds.release(hold);
    else if (sumOf(attempts) > sumOf(before)) await holds.keep(hold);
    if (hold.domain === null && attempts.sent === before.sent) return { ...hold, message: holdSentence(hold) };
  }
  return null;
}

function sumOf(attempts: Drain["attempts"]): number {
  return Object.values(attempts).reduce((sum, count) => sum + count, 0);
}

/** Holds the mail that a trip stops, including the refused letters whose refusal says nothing about their readers. */
async function keepTrip(state: Drain, { stop, domain, burned }: Trip): Promise<void> {
  await state.holds.add(stop, { ...state.breaker.totals, domain });
  const now = state.parts.clock();
  for (const { editionId, address } of burned) {
    await state.parts.ledger.decide({ from: "refused", to: "pending", editionId, address }, now);
  }
}

async function closeConnections({ connections }: Drain): Promise<void> {
  await Promise.all(connections.splice(0).map(async (connection) => connection?.close()));
}

async function sleep(state: Drain, ms: number): Promise<void> {
  if (ms > MAX_IDLE) {
    await closeConnections(state);
  }
  if (ms > 0) {
    state.limiter.reset();
    await state.parts.sleep(ms, state.parts.signal);
  }
}

/**
 * Returns a function that decides after each pass: it returns the pause before the next pass in ms, the reason to stop, or null
 * if everything was tried.
 */
function openPauses(state: Drain, now: () => Date): (end: End) => Promise<number | Stop | null> {
  const { parts, attempts } = state;
  const route = { failures: 0, sent: 0 };
  const retries = { fruitless: 0, pending: 0, settled: 0 };

  const afterFailure = (end: End & { readonly kind: "down" }): number | Stop => {
    const progress = attempts.sent > route.sent;
    route.failures = progress ? 1 : route.failures + 1;
    route.sent = attempts.sent;
    return parts.wait || progress
      ? backoffMs("route", route.failures, parts.random)
      : routeStop(parts.transport.name, end.result);
  };
  const mayRetry = (): boolean => {
    const { sent, deferred, refused, uncertain, pending } = attempts;
    const settled = sent + deferred + refused + uncertain;
    const cameBack = pending > retries.pending;
    retries.fruitless = settled > retries.settled ? 0 : retries.fruitless + 1;
    retries.pending = pending;
    retries.settled = settled;
    return cameBack && retries.fruitless < MAX_FRUITLESS;
  };
  const untilDue = async (): Promise<number | null> => {
    const due = parts.wait ? await parts.ledger.nextDue(parts.transport.channel) : null;
    // Ignores deliveries that are due but could not be claimed, because they belong to another edition or process.
    return due !== null && due > now() ? due.getTime() - now().getTime() : null;
  };

  return async (end) => {
    if (end.kind === "error") {
      throw end.error;
    }
    if (end.kind === "trip" && end.trip.domain === null) {
      return end.trip.stop;
    }
    if (end.kind === "stop" || parts.signal.aborted) {
      return end.kind === "stop" ? end.stop : INTERRUPTED;
    }
    if (end.kind === "trip") {
      return 0;
    }
    if (end.kind === "rate") {
      return parts.wait || end.ms <= MAX_PAUSE ? end.ms : rateStop(end.ms);
    }
    return end.kind === "down" ? afterFailure(end) : mayRetry() ? 0 : untilDue();
  };
}
