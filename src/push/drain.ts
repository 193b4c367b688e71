import { PaperboyError } from "../errors.js";
import type { Clock } from "../model.js";
import type { PushClaim, PushSettlement, PushStore } from "../store/store.js";
import type { Line, Post } from "./line.js";
import { pushId, signatureHeaders } from "./sign.js";
import { isRepeatable, redact } from "./target.js";
import type { PushTarget } from "./target.js";
import { judge } from "./verdict.js";
import type { Tried } from "./verdict.js";

/** What pushing needs of the world. */
export interface PushParts {
  readonly pushes: PushStore;
  /** By name. */
  readonly targets: ReadonlyMap<string, PushTarget>;
  /** What is sent, as JSON; null where no paper fits the target's view. Throws `config-invalid` for a template. */
  readonly payload: (editionId: string, target: string) => Promise<string | null>;
  /** Connects to a target, and sends nothing yet. */
  readonly open: (target: PushTarget) => Promise<Line>;
  readonly clock: Clock;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** How long to wait, in all, for what was put off, in ms. */
  readonly patienceMs: number;
  readonly userAgent: string;
}

/** What became of one push in this drain. */
export type Pushed = Pick<PushClaim, "editionId" | "target"> & Omit<PushSettlement, "claim">;

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

type Settled = Omit<PushSettlement, "claim">;

/** Null when the claim was lost on the way, and nothing left. */
async function pushOne(claim: PushClaim, parts: PushParts): Promise<Settled | null> {
  const target = parts.targets.get(claim.target);
  if (target === undefined) return { state: "refused", detail: "it is not configured any more" };
  const body = await payloadOf(claim, parts);
  if (typeof body !== "string") return body;
  const tried = await attempt(claim, { target, body }, parts);
  if (tried === null) return null;
  const settled = judge(tried, {
    now: parts.clock(),
    attempt: claim.attempt,
    isRepeatable: isRepeatable(target),
  });
  return { ...settled, detail: redact(settled.detail, target) };
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

/** What is about to leave, and where to. */
interface Sending {
  readonly target: PushTarget;
  readonly body: string;
}

async function attempt(claim: PushClaim, { target, body }: Sending, parts: PushParts): Promise<Tried | null> {
  let line: Line;
  try {
    line = await parts.open(target);
  } catch (error) {
    return { end: "not-sent", why: wordsOf(error) };
  }
  try {
    const now = parts.clock();
    if (!isRepeatable(target) && !(await parts.pushes.gate({ claim, now, leaseMs: LEASE_MS }))) return null;
    return { end: "answered", answer: await line.post(postOf(claim, { target, body }, parts)) };
  } catch (error) {
    if (error instanceof PaperboyError) throw error;
    return { end: "no-answer", why: wordsOf(error) };
  } finally {
    line.close();
  }
}

/** The request that carries a body to a target. */
export function postOf(
  { editionId, target: name }: Pick<PushClaim, "editionId" | "target">,
  { target, body }: Sending,
  { clock, userAgent }: Pick<PushParts, "clock" | "userAgent">,
): Post {
  const plain = { "content-type": "application/json; charset=utf-8", "user-agent": userAgent };
  if (target.kind !== "webhook") return { headers: plain, body };
  const id = pushId(editionId, name);
  const { secret } = target;
  const signed = secret === undefined ? {} : signatureHeaders({ id, at: clock(), body, secret });
  return { headers: { ...plain, "webhook-id": id, "idempotency-key": id, ...signed }, body };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
