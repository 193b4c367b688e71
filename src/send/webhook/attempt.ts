import { createHash, createHmac } from "node:crypto";
import { PaperboyError } from "../../core/errors.js";
import type { Clock } from "../../core/model.js";
import type { HttpConnection, HttpRequest } from "./connection.js";
import type { PushResult, RequestEnd } from "./push-result.js";
import { pushResultOf } from "./push-result.js";
import { isRepeatable, redact } from "./target.js";
import type { PushTarget } from "./target.js";

/** A push that is about to be sent. */
export interface Push {
  readonly editionId: string;
  /** The target's name. */
  readonly name: string;
  readonly target: PushTarget;
  readonly body: string;
  /** From 1. */
  readonly attempt: number;
}

export interface AttemptParts {
  /** Connects to a target without sending anything. */
  readonly open: (target: PushTarget) => Promise<HttpConnection>;
  readonly clock: Clock;
  readonly userAgent: string;
}

/**
 * Connects, calls `gate`, and sends the request if the gate opens.
 * @returns null if the gate does not open, so that nothing was sent.
 * @throws the errors of `gate`.
 */
export async function attempt(
  push: Push,
  parts: AttemptParts,
  gate: () => Promise<boolean>,
): Promise<PushResult | null> {
  const request = await send(push, parts, gate);
  if (request === null) return null;
  const { target, attempt: number } = push;
  const result = pushResultOf(request, { now: parts.clock(), attempt: number, isRepeatable: isRepeatable(target) });
  return { ...result, detail: redact(result.detail, target) };
}

async function send(push: Push, parts: AttemptParts, gate: () => Promise<boolean>): Promise<RequestEnd | null> {
  let connection: HttpConnection;
  try {
    connection = await parts.open(push.target);
  } catch (error) {
    return { end: "not-sent", why: messageOf(error) };
  }
  try {
    if (!(await gate())) return null;
    return { end: "response", response: await connection.post(requestOf(push, parts)) };
  } catch (error) {
    if (error instanceof PaperboyError) throw error;
    return { end: "no-response", why: messageOf(error) };
  } finally {
    connection.close();
  }
}

function requestOf({ editionId, name, target, body }: Push, { clock, userAgent }: AttemptParts): HttpRequest {
  const plain = { "content-type": "application/json; charset=utf-8", "user-agent": userAgent };
  if (target.kind !== "webhook") return { headers: plain, body };
  const id = pushId(editionId, name);
  const { secret } = target;
  const signed = secret === undefined ? {} : signatureHeaders({ id, at: clock(), body, secret });
  return { headers: { ...plain, "webhook-id": id, "idempotency-key": id, ...signed }, body };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Returns the id of a push. Every attempt has the same id, so that a receiver can ignore repetitions. */
function pushId(editionId: string, target: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([editionId, target]))
    .digest("base64url");
  return `paperboy_${hash.slice(0, 32)}`;
}

interface Signable {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
  readonly secret: string;
}

/**
 * Returns the headers of Standard Webhooks (https://www.standardwebhooks.com, "Signature scheme"): an HMAC-SHA-256 over id,
 * time in seconds and body, so that a receiver can detect changes and replays.
 */
function signatureHeaders({ id, at, body, secret }: Signable): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Number(at) / 1000));
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** Decodes a key in the format of the standard, `whsec_` and base64. Any other text is the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
}
