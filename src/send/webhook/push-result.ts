import { backoffMs, parseRetryAfter } from "../../core/retry.js";
import type { PushSettlement } from "../../store/store.js";
import type { HttpResponse } from "./connection.js";

/** The result of an attempt, without secrets. */
export type PushResult = Omit<PushSettlement, "claim">;

/** The result of a request. */
export type RequestEnd =
  /** The connection could not be opened, so nothing arrived. */
  | { readonly end: "not-sent"; readonly why: string }
  /** The request was sent but no response arrived, so the request may have arrived. */
  | { readonly end: "no-response"; readonly why: string }
  | { readonly end: "response"; readonly response: HttpResponse };

export interface AttemptContext {
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
export function pushResultOf(request: RequestEnd, context: AttemptContext): PushResult {
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
