import type { PushSettlement } from "../../store/store.js";
import { backoffMs, parseRetryAfter } from "../../core/retry.js";
import type { Answer } from "./connection.js";

/** How a try ended. */
export type Tried =
  /** The connection never stood: surely nothing arrived. */
  | { readonly end: "not-sent"; readonly why: string }
  /** The request left and no answer came: it may have arrived. */
  | { readonly end: "no-answer"; readonly why: string }
  | { readonly end: "answered"; readonly answer: Answer };

export interface Circumstances {
  readonly now: Date;
  /** From 1. */
  readonly attempt: number;
  /** Whether the same request may be made again without harm. */
  readonly isRepeatable: boolean;
}

/** Longer than any deadline: nobody is waited for beyond it. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/**
 * How an answer is taken. 408 and 425 ask for the same request again (RFC 9110 section 15.5.9, RFC 8470 section 5.2), 429 for
 * it later (RFC 6585 section 4). Behind 502 and 504 (RFC 9110 sections 15.6.3 and 15.6.5) somebody else may have taken it.
 */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);
const BY_GATEWAYS: ReadonlySet<number> = new Set([502, 504]);

/** What becomes of a push, by how its try ended. */
export function judge(tried: Tried, circumstances: Circumstances): Omit<PushSettlement, "claim"> {
  if (tried.end === "not-sent") return later(tried.why, circumstances);
  if (tried.end === "no-answer") return unclear(`no answer: ${tried.why}`, circumstances);
  const { answer } = tried;
  const detail = `HTTP ${answer.status}${wordsOf(answer.body)}`;
  if (answer.status >= 200 && answer.status < 300) return { state: "sent", detail };
  if (BY_GATEWAYS.has(answer.status)) return unclear(detail, circumstances);
  if (answer.status >= 500 || LATER.has(answer.status))
    return later(detail, circumstances, waitOf(answer, circumstances));
  const isRedirect = answer.status >= 300 && answer.status < 400;
  return { state: "refused", detail: isRedirect ? `HTTP ${answer.status}: redirects are not followed` : detail };
}

function later(detail: string, { now, attempt }: Circumstances, askedMs = 0): Omit<PushSettlement, "claim"> {
  return {
    state: "deferred",
    detail,
    nextAt: new Date(Number(now) + Math.max(backoffMs("webhook", attempt), askedMs)),
  };
}

function unclear(detail: string, circumstances: Circumstances): Omit<PushSettlement, "claim"> {
  return circumstances.isRepeatable ? later(detail, circumstances) : { state: "uncertain", detail };
}

/** How long we were asked to wait, in ms: by the header (RFC 9110 section 10.2.3), or as Telegram says it in its answer. */
function waitOf({ retryAfter, body }: Answer, { now }: Circumstances): number {
  const [, told = "0"] = /"retry_after"\s*:\s*(\d{1,9})/.exec(body) ?? [];
  return Math.min(Math.max(parseRetryAfter(retryAfter, now) ?? 0, Number(told) * 1000), LONGEST_WAIT_MS);
}

/** What the other side said, in one line that can be shown. */
function wordsOf(body: string): string {
  const words = body.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return words === "" ? "" : `: ${words.slice(0, 200)}`;
}
