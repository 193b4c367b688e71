import type { DeliveryState } from "../core/model.js";
import { hintFor, isAccountFault, type SmtpFault } from "./smtp/errors.js";

/**
 * What a fault means for other messages: `connection`: this connection is lost; `throttled`: the server wants fewer messages;
 * `account`: the server rejects the login or the sender, so it would reject every message.
 */
export type RouteProblem = "connection" | "throttled" | "account";

/** The result of one attempt to send one message. */
export interface SendResult {
  readonly state: Exclude<DeliveryState, "expired" | "suppressed">;
  /** The server's reply, or the path of the file. */
  readonly detail: string;
  readonly problem: RouteProblem | null;
  /** The reply code and, if given, the enhanced status code (RFC 3463): `550 5.7.1`; null without a reply. */
  readonly code: string | null;
  /** The address cannot receive mail: no further letter should be sent to it. */
  readonly suppressReader: boolean;
  /** False when the server was not offered the message: it could not be reached, or the login failed. */
  readonly offered: boolean;
  /** What the operator can do; null without a problem. */
  readonly hint: string | null;
}

interface StatusRule {
  readonly status: RegExp;
  readonly suppress: boolean;
  /** Explains the rule. */
  readonly means: string;
}

/**
 * What a permanent refusal means for the address, by enhanced status code (RFC 3463 section 3, RFC 7505 section 4.1). The
 * first matching row decides. Only codes about the mailbox itself end a subscription: a server that rejects the sender by
 * policy must not cost subscribers.
 */
const REFUSALS: readonly StatusRule[] = [
  { status: /^5\.1\.[78]$/, suppress: false, means: "the sender's address is bad" },
  { status: /^5\.1\.\d+$/, suppress: true, means: "no such mailbox or domain" },
  { status: /^5\.2\.1$/, suppress: true, means: "the mailbox is disabled" },
  { status: /^5\.2\.\d+$/, suppress: false, means: "the mailbox is full, or does not accept this message" },
  {
    status: /^5\.7\.\d+$/,
    suppress: false,
    means: "policy, reputation or authentication: about the sender, not the subscriber",
  },
  { status: /^/, suppress: false, means: "routing, protocol or content; or no enhanced code at all" },
];

/** Returns the enhanced status code after a reply code: `5.1.1` for `550 5.1.1 no such user`; null without one. */
export function statusOf(words: string): string | null {
  return /^\d{3}[ -](?:#)?([245]\.\d{1,3}\.\d{1,3})\b/.exec(words)?.[1] ?? null;
}

/** Returns the result for a message that the server accepted. */
export function sentResult(reply: string): SendResult {
  return { ...pendingResult(reply), state: "sent", code: codeOf(250, reply) };
}

/**
 * Returns the result for a fault. With a reply, 4xx defers and 5xx refuses (RFC 5321 section 4.2.1; 503 is about the session).
 * Without a reply, it depends on `endSent`: once the end of the data was sent, the server may have accepted the message
 * (RFC 1047), so it is `uncertain`; before, the server cannot have accepted it, so it stays `pending`.
 */
export function resultOf(fault: SmtpFault, endSent: boolean): SendResult {
  const { reply, words } = fault;
  const status = statusOf(words);
  const state = stateOf(fault, endSent);
  const problem = problemOf(fault, endSent);
  return {
    state,
    detail: words,
    problem,
    code: codeOf(reply, words),
    suppressReader: state === "refused" && (REFUSALS.find((row) => row.status.test(status ?? ""))?.suppress ?? false),
    offered: true,
    hint: problem === null ? null : hintFor(fault),
  };
}

/** Returns the result for a fault before any message was offered; it would be the same for every message. */
export function connectResult(fault: SmtpFault): SendResult {
  const { reply, codes, words } = fault;
  const isPermanent = reply === null ? codes.some((code) => PERMANENT.has(code)) : reply >= 500;
  const problem = isPermanent ? "account" : reply === null ? "connection" : "throttled";
  return { ...pendingResult(words), code: codeOf(reply, words), problem, offered: false, hint: hintFor(fault) };
}

/** Connection faults that a retry cannot fix: the settings do not fit the server. */
const PERMANENT: ReadonlySet<string> = new Set(["ENOLOGIN", "ETLS", "ENOAUTH"]);

function codeOf(reply: number | null, words: string): string | null {
  return reply === null ? null : [String(reply), statusOf(words)].filter(Boolean).join(" ");
}

function stateOf(fault: SmtpFault, endSent: boolean): SendResult["state"] {
  const { reply } = fault;
  if (reply === null || reply < 400) {
    if (endSent) {
      return "uncertain";
    }
    return isTooLarge(fault) ? "refused" : "pending";
  }
  if (endSent) {
    return reply >= 500 && reply !== 503 ? "refused" : "deferred";
  }
  if (reply === 421 || isAccountFault(fault)) {
    return "pending";
  }
  return reply >= 500 && reply !== 503 ? "refused" : "deferred";
}

/** Whether the message is larger than the size that the server announced; found before the server was asked. */
function isTooLarge({ reply, codes, command }: SmtpFault): boolean {
  return reply === null && codes.includes("EMESSAGE") && command === "MAIL FROM";
}

function problemOf(fault: SmtpFault, endSent: boolean): RouteProblem | null {
  const { reply, command, codes } = fault;
  if (reply === null || reply < 400) {
    return codes.includes("EMESSAGE") && !endSent && command === "MAIL FROM" ? null : "connection";
  }
  if (!endSent && isAccountFault(fault)) {
    return "account";
  }
  // A sender deferred by the server: every other message would be deferred too.
  return reply === 421 || (command === "MAIL FROM" && reply < 500) ? "throttled" : null;
}

/** Returns the result for a message that was not tried, or was stopped at the gate: it stays `pending`. */
export function pendingResult(detail: string): SendResult {
  return {
    state: "pending",
    detail,
    problem: null,
    code: null,
    suppressReader: false,
    offered: true,
    hint: null,
  };
}
