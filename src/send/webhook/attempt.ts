import { createHash, createHmac } from "node:crypto";
import { PaperboyError } from "../../core/errors.js";
import type { Clock } from "../../core/model.js";
import { backoffMs, parseRetryAfter } from "../../core/retry.js";
import type { PushSettlement } from "../../store/store.js";
import type { HttpConnection, HttpRequest, HttpResponse } from "./connection.js";
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

/** The result of an attempt, without secrets. */
export type PushResult = Omit<PushSettlement, "claim">;

/** The result of a request. */
type RequestEnd =
  /** The connection could not be opened, so nothing arrived. */
  | { readonly end: "not-sent"; readonly why: string }
  /** The request was sent but no response arrived, so the request may have arrived. */
  | { readonly end: "no-response"; readonly why: string }
  | { readonly end: "response"; readonly response: HttpResponse };

interface AttemptContext {
  readonly now: Date;
  /** From 1. */
  readonly attempt: number;
  /** Whether the receiver recognises a repeated request. */
  readonly isRepeatable: boolean;
}

/** The maximum delay. It is longer than any deadline. */
const MAX_WAIT_MS = 7 * 86_400_000;

/**
 * 408 and 425 ask the client to repeat the request (RFC 9110 section 15.5.9, RFC 8470 section 5.2), 429 to repeat it later (RFC
 * 6585 section 4). After 502 and 504 (RFC 9110 sections 15.6.3 and 15.6.5), the server behind the gateway may have accepted it.
 */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);
const GATEWAY: ReadonlySet<number> = new Set([502, 504]);

/** Returns the state of a push after an attempt. */
function pushResultOf(request: RequestEnd, context: AttemptContext): PushResult {
  if (request.end === "not-sent") return deferred(request.why, context);
  if (request.end === "no-response") return uncertain(`no response: ${request.why}`, context);
  const { response } = request;
  const { status } = response;
  const detail = `HTTP ${status}${excerptOf(response.body)}`;
  if (status >= 200 && status < 300) return { state: "sent", detail };
  if (GATEWAY.has(status)) return uncertain(detail, context);
  if (status >= 500 || RETRYABLE.has(status)) return deferred(detail, context, retryAfterMs(response, context.now));
  const isRedirect = status >= 300 && status < 400;
  return { state: "refused", detail: isRedirect ? `HTTP ${status}: redirects are not followed` : detail };
}

function deferred(detail: string, { now, attempt }: AttemptContext, leastMs = 0): PushResult {
  return {
    state: "deferred",
    detail,
    nextAt: new Date(Number(now) + Math.max(backoffMs("webhook", attempt), leastMs)),
  };
}

function uncertain(detail: string, context: AttemptContext): PushResult {
  return context.isRepeatable ? deferred(detail, context) : { state: "uncertain", detail };
}

/** Returns the delay that the receiver asks for, in ms, in `Retry-After` or in `retry_after` in Telegram's response. */
function retryAfterMs({ retryAfter, body }: HttpResponse, now: Date): number {
  const [, seconds = "0"] = /"retry_after"\s*:\s*(\d{1,9})/.exec(body) ?? [];
  return Math.min(Math.max(parseRetryAfter(retryAfter, now) ?? 0, Number(seconds) * 1000), MAX_WAIT_MS);
}

/** Returns the start of a response in one line. */
function excerptOf(body: string): string {
  const words = body.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return words === "" ? "" : `: ${words.slice(0, 200)}`;
}
