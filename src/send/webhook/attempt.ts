import { PaperboyError } from "../../core/errors.js";
import type { Clock } from "../../core/model.js";
import type { PushSettlement } from "../../store/store.js";
import type { Line, Post } from "./connection.js";
import { pushId, signatureHeaders } from "./sign.js";
import { isRepeatable, redact } from "./target.js";
import type { PushTarget } from "./target.js";
import { judge } from "./push-result.js";
import type { Tried } from "./push-result.js";

/** What is about to leave, and where to. */
export interface Sending {
  readonly editionId: string;
  /** The target's name. */
  readonly name: string;
  readonly target: PushTarget;
  readonly body: string;
  /** From 1. */
  readonly attempt: number;
}

export interface AttemptParts {
  /** Connects to a target, and sends nothing yet. */
  readonly open: (target: PushTarget) => Promise<Line>;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** How a try ended, without any secret. */
export type Settled = Omit<PushSettlement, "claim">;

/**
 * Connects, asks whether the request may leave, and sends it.
 * @returns null when it may not: then nothing left.
 * @throws what `mayLeave` throws.
 */
export async function attempt(
  sending: Sending,
  parts: AttemptParts,
  mayLeave: () => Promise<boolean>,
): Promise<Settled | null> {
  const tried = await tryOnce(sending, parts, mayLeave);
  if (tried === null) return null;
  const { target, attempt: number } = sending;
  const settled = judge(tried, { now: parts.clock(), attempt: number, isRepeatable: isRepeatable(target) });
  return { ...settled, detail: redact(settled.detail, target) };
}

async function tryOnce(sending: Sending, parts: AttemptParts, mayLeave: () => Promise<boolean>): Promise<Tried | null> {
  let line: Line;
  try {
    line = await parts.open(sending.target);
  } catch (error) {
    return { end: "not-sent", why: wordsOf(error) };
  }
  try {
    if (!(await mayLeave())) return null;
    return { end: "answered", answer: await line.post(postOf(sending, parts)) };
  } catch (error) {
    if (error instanceof PaperboyError) throw error;
    return { end: "no-answer", why: wordsOf(error) };
  } finally {
    line.close();
  }
}

function postOf({ editionId, name, target, body }: Sending, { clock, userAgent }: AttemptParts): Post {
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
