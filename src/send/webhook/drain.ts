import { PaperboyError } from "../../core/errors.js";
import type { PageKind } from "../../core/model.js";
import type { Channel, Frequency, PushClaim, PushStore, SavedEdition } from "../../store/store.js";
import { drainQueue } from "../queue.js";
import { attempt, type AttemptParts, type PushResult } from "./attempt.js";
import { isRepeatable } from "./target.js";
import type { PushTarget } from "./target.js";

/** A target and the editions that it gets. */
export interface PushSubscription {
  readonly name: string;
  readonly sources: readonly Frequency[];
}

const FREQUENCY_OF: Readonly<Partial<Record<PageKind, Frequency>>> = { week: "weekly", month: "monthly" };

interface PlanParts {
  readonly pushes: PushStore;
  readonly targets: readonly PushSubscription[];
  readonly channel: Channel;
  readonly now: Date;
}

/** Queues a push of every edition before its deadline to each target of its frequency. Leaves queued pushes unchanged. */
export async function planPushes(
  editions: readonly SavedEdition[],
  { pushes, targets, channel, now }: PlanParts,
): Promise<void> {
  const isOpen = (saved: SavedEdition) => saved.channel === channel && saved.sendBefore > now;
  const open = editions.filter((saved) => isOpen(saved) && !saved.edition.forFollowers);
  for (const { edition, sendBefore } of open.toReversed()) {
    const frequency = FREQUENCY_OF[edition.kind] ?? "daily";
    const names = targets.filter(({ sources }) => sources.includes(frequency)).map(({ name }) => name);
    if (names.length > 0) await pushes.plan({ editionId: edition.id, targets: names, sendBefore }, now);
  }
}

export interface PushParts extends AttemptParts {
  readonly pushes: PushStore;
  /** By name. */
  readonly targets: ReadonlyMap<string, PushTarget>;
  /**
   * Returns the request body as JSON; null if no paper matches the target's view. Throws `config-invalid` for a mistake in a
   * template.
   */
  readonly payload: (editionId: string, target: string) => Promise<string | null>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** The total time to wait for deferred pushes, in ms. */
  readonly maxWaitMs: number;
}

/** A push and its result in this drain. */
export type Pushed = Pick<PushClaim, "editionId" | "target"> & PushResult;

/** More than twice the time-outs of a connection and a response. */
const LEASE_MS = 180_000;

/**
 * Sends the pushes that are due, each edition to each target at most once. Repeats a request that may have arrived only if the
 * receiver recognises a repetition by its key. Waits for pushes that are deferred for a short time; a later drain sends the
 * rest.
 * @returns the pushes that were tried, in order, with the last result of each.
 * @throws the errors of the store.
 */
export async function drainPushes(parts: PushParts): Promise<readonly Pushed[]> {
  const ended = new Map<string, Pushed>();
  let waitLeft = parts.maxWaitMs;
  while (!parts.signal.aborted) {
    for (const { claim, result } of await pushDue(parts)) {
      const { editionId, target } = claim;
      ended.set(JSON.stringify([editionId, target]), { editionId, target, ...result });
    }
    const wait = untilNext([...ended.values()], parts.clock());
    if (wait === null || wait > waitLeft) break;
    waitLeft -= Math.max(wait, 1);
    await parts.sleep(wait, parts.signal);
  }
  return [...ended.values()];
}

interface Settled {
  readonly claim: PushClaim;
  readonly result: PushResult;
}

function pushDue({ pushes, clock, signal, ...parts }: PushParts): Promise<readonly Settled[]> {
  return drainQueue<PushClaim, Settled>({
    claim: async () => {
      const claim = await pushes.claim({ targets: [...parts.targets.keys()], now: clock(), leaseMs: LEASE_MS });
      return claim === null ? [] : [claim];
    },
    attempt: async (claim) => {
      const result = await pushOne(claim, { ...parts, pushes, clock, signal });
      return result && { claim, result };
    },
    settle: async (settlements) => {
      for (const { claim, result } of settlements) await pushes.settle({ claim, ...result }, clock());
    },
    signal,
  });
}

/** Returns the time until the first deferred push is due, in ms; null if none was deferred. */
function untilNext(ended: readonly Pushed[], now: Date): number | null {
  const due = ended.flatMap(({ nextAt }) => (nextAt === undefined ? [] : [Number(nextAt) - Number(now)]));
  return due.length === 0 ? null : Math.max(0, Math.min(...due));
}

/** Returns null if the claim was lost, so that nothing was sent. */
async function pushOne(claim: PushClaim, parts: PushParts): Promise<PushResult | null> {
  const { editionId, target: name } = claim;
  const target = parts.targets.get(name);
  if (target === undefined) return { state: "refused", detail: "the target is no longer configured" };
  const body = await payloadOf(claim, parts);
  if (typeof body !== "string") return body;
  const gate = (): Promise<boolean> =>
    isRepeatable(target) ? Promise.resolve(true) : parts.pushes.gate({ claim, now: parts.clock(), leaseMs: LEASE_MS });
  return attempt({ editionId, name, target, body, attempt: claim.attempt }, parts, gate);
}

/** Returns the body, or the result of a push without one: an invalid template must not block other targets. */
async function payloadOf({ editionId, target }: PushClaim, parts: PushParts): Promise<string | PushResult> {
  try {
    const body = await parts.payload(editionId, target);
    return body ?? { state: "skipped", detail: "no paper matches its view" };
  } catch (error) {
    if (!(error instanceof PaperboyError) || error.code !== "config-invalid") throw error;
    return { state: "refused", detail: error.message };
  }
}
