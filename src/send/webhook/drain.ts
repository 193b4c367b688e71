import { PaperboyError } from "../../core/errors.js";
import type { PushClaim, PushStore } from "../../store/store.js";
import { attempt } from "./attempt.js";
import type { AttemptParts, Settled } from "./attempt.js";
import { isRepeatable } from "./target.js";
import type { PushTarget } from "./target.js";

/** What pushing needs of the world. */
export interface PushParts extends AttemptParts {
  readonly pushes: PushStore;
  /** By name. */
  readonly targets: ReadonlyMap<string, PushTarget>;
  /** What is sent, as JSON; null where no paper fits the target's view. Throws `config-invalid` for a template. */
  readonly payload: (editionId: string, target: string) => Promise<string | null>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** How long to wait, in all, for what was put off, in ms. */
  readonly patienceMs: number;
}

/** What became of one push in this drain. */
export type Pushed = Pick<PushClaim, "editionId" | "target"> & Settled;

/** Longer than a connection and an answer may take, twice over. */
const LEASE_MS = 180_000;

/**
 * Pushes what is due, each edition to each target at most once: what may have arrived is not repeated, unless the receiver
 * tells a repeated request by its key. What was put off for a short time is waited for; the rest is for a later drain.
 * @returns what was tried and how it last ended, in order.
 * @throws whatever the store throws.
 */
export async function drainPushes(parts: PushParts): Promise<readonly Pushed[]> {
  const ended = new Map<string, Pushed>();
  let patience = parts.patienceMs;
  while (!parts.signal.aborted) {
    for (const pushed of await pushDue(parts)) ended.set(JSON.stringify([pushed.editionId, pushed.target]), pushed);
    const wait = untilNext([...ended.values()], parts.clock());
    if (wait === null || wait > patience) break;
    patience -= Math.max(wait, 1);
    await parts.sleep(wait, parts.signal);
  }
  return [...ended.values()];
}

async function pushDue(parts: PushParts): Promise<readonly Pushed[]> {
  const done: Pushed[] = [];
  while (!parts.signal.aborted) {
    const query = { targets: [...parts.targets.keys()], now: parts.clock(), leaseMs: LEASE_MS };
    const claim = await parts.pushes.claim(query);
    if (claim === null) break;
    const settlement = await pushOne(claim, parts);
    if (settlement === null) continue;
    await parts.pushes.settle({ claim, ...settlement }, parts.clock());
    done.push({ editionId: claim.editionId, target: claim.target, ...settlement });
  }
  return done;
}

/** How long until the first of what was put off is due, in ms; null when nothing was. */
function untilNext(ended: readonly Pushed[], now: Date): number | null {
  const due = ended.flatMap(({ nextAt }) => (nextAt === undefined ? [] : [Number(nextAt) - Number(now)]));
  return due.length === 0 ? null : Math.max(0, Math.min(...due));
}

/** Null when the claim was lost on the way, and nothing left. */
async function pushOne(claim: PushClaim, parts: PushParts): Promise<Settled | null> {
  const { editionId, target: name } = claim;
  const target = parts.targets.get(name);
  if (target === undefined) return { state: "refused", detail: "it is not configured any more" };
  const body = await payloadOf(claim, parts);
  if (typeof body !== "string") return body;
  const mayLeave = (): Promise<boolean> =>
    isRepeatable(target) ? Promise.resolve(true) : parts.pushes.gate({ claim, now: parts.clock(), leaseMs: LEASE_MS });
  return attempt({ editionId, name, target, body, attempt: claim.attempt }, parts, mayLeave);
}

/** The body, or how the push ends without one: a template that is wrong holds up no other target. */
async function payloadOf({ editionId, target }: PushClaim, parts: PushParts): Promise<string | Settled> {
  try {
    const body = await parts.payload(editionId, target);
    return body ?? { state: "skipped", detail: "no paper fits its view" };
  } catch (error) {
    if (!(error instanceof PaperboyError) || error.code !== "config-invalid") throw error;
    return { state: "refused", detail: error.message };
  }
}
