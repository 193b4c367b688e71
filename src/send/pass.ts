import type { Claim } from "../store/store.js";
import { parseAddress } from "./address.js";
import { MOST_LANES } from "./drain-parts.js";
import { type Drain, type End, INTERRUPTED, routeStop } from "./drain-state.js";
import { type Feed, openFeed } from "./feed.js";
import type { Lane } from "./lane.js";
import { untouched, type Verdict } from "./verdict.js";

/** Lets the lanes work until the feed is over, for whatever reason; then gives back what nobody began with. */
export async function pass(state: Drain): Promise<End> {
  const { parts, limit, governor, lanes } = state;
  let end: End = { kind: "empty" };
  const finish = (reason: End): void => {
    end = end.kind === "empty" ? reason : end;
    feed.end();
  };
  const count = Math.min(limit.lanes, MOST_LANES);
  const feed = openFeed({
    claim: (most, except) => claimWithinRate(state, { most, except, finish }),
    allowed: () => governor.allowed(),
    batch: 2 * count,
    perDomain: limit.perDomain,
  });
  const over = new AbortController();
  const interrupt = (): void => {
    finish({ kind: "stop", stop: INTERRUPTED });
    void parts
      .sleep(limit.graceMs, over.signal)
      .then(() => over.signal.aborted || lanes.forEach((lane) => lane?.abandon()));
  };
  parts.signal.addEventListener("abort", interrupt, { once: true });
  if (parts.signal.aborted) {
    finish({ kind: "stop", stop: INTERRUPTED });
  }
  await Promise.all(Array.from({ length: count }, (_, index) => work({ state, feed, index, finish })));
  over.abort();
  parts.signal.removeEventListener("abort", interrupt);
  await giveBack(state, feed.left(), finish);
  return end;
}

interface ClaimWish {
  readonly most: number;
  readonly except: readonly string[];
  readonly finish: (reason: End) => void;
}

/** Counts messages before they leave: a crash may cost some of the limit, never exceed it. */
async function claimWithinRate({ allowance, desk }: Drain, { most, except, finish }: ClaimWish) {
  const { permits, waitMs } = await allowance.take(most);
  if (permits === 0) {
    finish({ kind: "rate", ms: waitMs });
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

/** One lane: a message after the other until the feed is over. */
async function work({ state, feed, index, finish }: Worker): Promise<void> {
  const { desk } = state;
  // The result of one message is on disk before the end of the next may leave: a crash leaves one uncertain a lane.
  let written: Promise<void> = Promise.resolve();
  try {
    for (let claim = await feed.next(index); claim !== null; claim = await feed.next(index)) {
      const current = claim;
      const lane = laneOf(state, index);
      const gate = async (): Promise<boolean> => {
        await written;
        return desk.gate(current);
      };
      const verdict = isAddress(current) ? await lane.send(await desk.message(current), gate, current) : UNSAFE;
      await written;
      written = conclude(state, feed, { claim, verdict, finish });
      // Awaited above or below; here only so that a failure meanwhile counts as seen.
      written.catch(() => undefined);
    }
    await written;
  } catch (error) {
    finish({ kind: "error", error });
  }
}

/** The door checks every address; one that got past it must not reach a header or a command all the same. */
const UNSAFE: Verdict = { ...untouched("this is no plain address: nothing was sent"), state: "refused" };

function isAddress({ address }: Claim): boolean {
  const parsed = parseAddress(address);
  return parsed.ok && parsed.address === address;
}

function laneOf({ lanes, parts }: Drain, index: number): Lane {
  const lane = lanes[index] ?? parts.carrier.openLane();
  lanes[index] = lane;
  return lane;
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
