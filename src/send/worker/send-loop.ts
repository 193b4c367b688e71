import type { Claim } from "../../store/store.js";
import { parseAddress } from "../message/address.js";
import type { ReadyMessage } from "../message/body.js";
import { MAX_CONNECTIONS } from "./drain-parts.js";
import { type Drain, type End, INTERRUPTED, routeStop } from "./drain-state.js";
import { type Feed, openFeed } from "./claim-queue.js";
import type { Connection } from "../transport.js";
import { untouched, type Verdict } from "../send-result.js";

/** So many deliveries are claimed at once for each connection: enough that the commit for it weighs little beside the others. */
const CLAIMS_PER_CONNECTION = 16;

/** Lets the connections work until the feed is over, for whatever reason; then gives back what nobody began with. */
export async function pass(state: Drain): Promise<End> {
  const { parts, limit, governor, connections } = state;
  let end: End = { kind: "empty" };
  const note = (reason: End): void => {
    end = end.kind === "empty" ? reason : end;
  };
  const finish = (reason: End): void => {
    note(reason);
    feed.end();
  };
  const count = Math.min(limit.connections, MAX_CONNECTIONS);
  const feed = openFeed({
    claim: (most, except) => claimWithinRate(state, { most, except, note }),
    allowed: () => governor.allowed(),
    batch: CLAIMS_PER_CONNECTION * count,
    perDomain: limit.perDomain,
  });
  const over = new AbortController();
  const interrupt = (): void => {
    finish({ kind: "stop", stop: INTERRUPTED });
    void parts
      .sleep(limit.graceMs, over.signal)
      .then(() => over.signal.aborted || connections.forEach((connection) => connection?.abandon()));
  };
  parts.signal.addEventListener("abort", interrupt, { once: true });
  if (parts.signal.aborted) {
    finish({ kind: "stop", stop: INTERRUPTED });
  }
  await Promise.all(Array.from({ length: count }, (_, index) => work({ state, feed, index, finish })));
  over.abort();
  parts.signal.removeEventListener("abort", interrupt);
  await giveBack(state, await feed.left(), finish);
  return end;
}

interface ClaimWish {
  readonly most: number;
  readonly except: readonly string[];
  /** Says how the pass will have ended once what is claimed already has gone: that is counted, and may go. */
  readonly note: (reason: End) => void;
}

/** Counts messages before they leave: a crash may cost some of the limit, never exceed it. */
async function claimWithinRate({ allowance, desk }: Drain, { most, except, note }: ClaimWish) {
  const { permits, waitMs } = await allowance.take(most);
  if (permits === 0) {
    note({ kind: "rate", ms: waitMs });
    return [];
  }
  const claims = await desk.claim(permits, except);
  await allowance.giveBack(permits - claims.length);
  return claims;
}

async function giveBack({ desk, allowance }: Drain, claims: readonly Claim[], finish: (end: End) => void) {
  try {
    await Promise.all(claims.map((claim) => desk.settle(claim, untouched("claimed, but not begun"))));
    await allowance.giveBack(claims.length);
  } catch (error) {
    finish({ kind: "error", error });
  }
}

interface Worker {
  readonly state: Drain;
  readonly feed: Feed;
  readonly index: number;
  readonly finish: (reason: End) => void;
}

/** A delivery that a connection works on, or is about to. */
interface Turn {
  readonly claim: Claim;
  /** Resolves with its message; null: it must not be sent. */
  readonly ready: Promise<ReadyMessage | null>;
  message: ReadyMessage | null;
}

function turnOf({ desk }: Drain, claim: Claim): Turn {
  const turn: Turn = { claim, message: null, ready: isAddress(claim) ? desk.message(claim) : Promise.resolve(null) };
  // A failure is met when the turn has come.
  turn.ready.then(
    (message) => (turn.message = message),
    () => undefined,
  );
  return turn;
}

/** One connection: a message after the other until the feed is over, and the next made ready while one is on the wire. */
async function work(worker: Worker): Promise<void> {
  const { state, feed, finish } = worker;
  let written: Promise<void> = Promise.resolve();
  try {
    for (let turn = await nextTurn(worker, null); turn !== null;) {
      const { verdict, ahead } = await attempt(worker, turn);
      await written;
      written = conclude(state, feed, { claim: turn.claim, verdict, finish });
      // Awaited above or below; here only so that a failure meanwhile counts as seen.
      written.catch(() => undefined);
      turn = await nextTurn(worker, ahead);
    }
    await written;
  } catch (error) {
    finish({ kind: "error", error });
  }
}

/** What was made ready while a message was on the wire, and whether its envelope may be on the wire already. */
interface Ahead {
  readonly turn: Turn;
  rides: boolean;
}

/** Goes on with what was made ready, unless the connection may not; what rides is finished unless all is over. */
async function nextTurn({ state, feed, index }: Worker, ahead: Ahead | null): Promise<Turn | null> {
  if (ahead !== null) {
    const { turn, rides } = ahead;
    if (feed.mayBegin(index) || (rides && !feed.isEnded())) {
      feed.begin(turn.claim);
      return turn;
    }
    feed.putBack(turn.claim);
  }
  const claim = await feed.next(index);
  return claim === null ? null : turnOf(state, claim);
}

async function attempt(
  { state, feed, index }: Worker,
  turn: Turn,
): Promise<{ readonly verdict: Verdict; readonly ahead: Ahead | null }> {
  const message = await turn.ready;
  if (message === null) {
    return { verdict: UNSAFE, ahead: null };
  }
  let ahead: Ahead | null = null;
  const next = (): ReadyMessage | null => {
    const rider = ahead !== null && feed.mayBegin(index) ? ahead.turn.message : null;
    if (ahead !== null) ahead.rides = rider !== null;
    return rider;
  };
  const { attempt: nth } = turn.claim;
  const sending = connectionOf(state, index).send(message, () => state.desk.gate(turn.claim), { attempt: nth, next });
  const claim = feed.ahead(index);
  ahead = claim && { turn: turnOf(state, claim), rides: false };
  try {
    return { verdict: await sending, ahead };
  } catch (error) {
    if (claim !== null) feed.putBack(claim);
    throw error;
  }
}

/** The door checks every address; one that got past it must not reach a header or a command all the same. */
const UNSAFE: Verdict = { ...untouched("this is no plain address: nothing was sent"), state: "refused" };

function isAddress({ address }: Claim): boolean {
  const parsed = parseAddress(address);
  return parsed.ok && parsed.address === address;
}

function connectionOf({ connections, parts }: Drain, index: number): Connection {
  const connection = connections[index] ?? parts.transport.openConnection();
  connections[index] = connection;
  return connection;
}

interface Attempted {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly finish: (reason: End) => void;
}

/** Learns from a verdict, and has it written down. */
async function conclude(state: Drain, feed: Feed, { claim, verdict, finish }: Attempted): Promise<void> {
  const { desk, governor, parts, attempts } = state;
  const down = governor.learn(verdict, feed.working() <= 1);
  const stop =
    verdict.trouble === "everyone" ? routeStop(state, verdict) : verdict.offered ? state.breakers.see(verdict) : null;
  if (stop !== null) {
    finish({ kind: "stop", stop });
  } else if (down) {
    finish({ kind: "down", verdict });
  }
  if (!verdict.offered) {
    feed.giveBack(claim);
    return;
  }
  feed.done(claim);
  attempts[verdict.state] += 1;
  await desk.settle(claim, verdict);
  parts.onAttempt?.(claim, verdict);
}
