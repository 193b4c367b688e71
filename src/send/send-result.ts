import type { DeliveryState } from "../core/model.js";
import { judgeRefusal } from "../core/refusals.js";
import type { Judgement } from "../core/refusals.js";
import type { Cause } from "../core/refusal-phrases.js";
import type { Settlement } from "../store/store.js";
import { hintFor, isAccountFault, type SmtpFault } from "./smtp/errors.js";

/**
 * What a fault means for other messages: `connection`: this connection is lost; `throttled`: the server wants fewer messages;
 * `account`: the server rejects the login or the sender, so it would reject every message; `limit`: the sender has reached a limit of
 * the server, which would reject every message until the limit ends.
 */
export type RouteProblem = "connection" | "throttled" | "account" | "limit";

/** The result of one attempt to send one message. */
export interface SendResult {
  readonly state: Exclude<DeliveryState, "expired" | "suppressed">;
  /** The server's reply, or the path of the file. */
  readonly detail: string;
  readonly problem: RouteProblem | null;
  /** The reply code and, if given, the enhanced status code (RFC 3463): `550 5.7.1`; null without a reply. */
  readonly code: string | null;
  /** Why the server refused; null without a refusal. */
  readonly cause: Cause | null;
  /** What the refusal says about the mailbox; null when it says nothing. */
  readonly bounce: NonNullable<Settlement["bounce"]> | null;
  /** False when the server was not offered the message: it could not be reached, or the login failed. */
  readonly offered: boolean;
  /** What the operator can do; null without a problem. */
  readonly hint: string | null;
}

/** Returns the enhanced status code after a reply code: `5.1.1` for `550 5.1.1 no such user`; null without one. */
export function statusOf(words: string): string | null {
  return /^\d{3}[ -](?:#)?([245]\.\d{1,3}\.\d{1,3})\b/.exec(words)?.[1] ?? null;
}

/** Returns the result for a message that the server accepted. */
export function sentResult(reply: string): SendResult {
  return { ...pendingResult(reply), state: "sent", code: codeOf(250, reply) };
}

/**
 * Returns the result for a fault. With a reply, 4xx defers and 5xx refuses (RFC 5321 section 4.2.1; 503 is about the session); a
 * refusal because of the sender defers, too, since the reader is not to miss a letter for it.
 * Without a reply, it depends on `endSent`: once the end of the data was sent, the server may have accepted the message
 * (RFC 1047), so it is `uncertain`; before, the server cannot have accepted it, so it stays `pending`.
 */
export function resultOf(fault: SmtpFault, endSent: boolean): SendResult {
  const { reply, words } = fault;
  const judgement = reply === null || reply < 400 ? null : judgementOf(fault, endSent);
  const state = isSendersTrouble(fault, judgement, endSent) ? "deferred" : stateOf(fault, endSent);
  const problem = judgement?.cause === "limit" ? "limit" : problemOf(fault, endSent);
  return {
    state,
    detail: words,
    problem,
    code: codeOf(reply, words),
    cause: judgement?.cause ?? null,
    bounce: state === "refused" && judgement !== null ? bounceOf(judgement) : null,
    offered: true,
    hint: problem === null ? null : problem === "limit" ? limitHint(words) : hintFor(fault),
  };
}

const COMMANDS: Readonly<Record<string, "MAIL" | "RCPT" | "DATA">> = {
  "MAIL FROM": "MAIL",
  "RCPT TO": "RCPT",
  DATA: "DATA",
};

function judgementOf({ command, words }: SmtpFault, endSent: boolean): Judgement {
  const answered = endSent ? "DATA" : (COMMANDS[command] ?? null);
  return judgeRefusal({ action: null, status: statusOf(words), words, context: "", command: answered });
}

/** Causes for which a permanent refusal is tried again: the sender can remove them. */
const SENDERS: ReadonlySet<Cause> = new Set<Cause>(["limit", "rate", "sender"]);

function isSendersTrouble(fault: SmtpFault, judgement: Judgement | null, endSent: boolean): boolean {
  if (judgement === null) return false;
  if (judgement.cause === "limit") return true;
  const isRefused = stateOf(fault, endSent) === "refused";
  return isRefused && (SENDERS.has(judgement.cause) || judgement.status.startsWith("5.7."));
}

/** Causes that are about the mailbox. Other refusals say nothing about the reader. */
const MAILBOX: ReadonlySet<Cause> = new Set<Cause>(["full", "disabled", "no-mailbox"]);

function bounceOf({ cause, effect, status }: Judgement): SendResult["bounce"] {
  return effect === "none" || !MAILBOX.has(cause) ? null : { damage: effect, status };
}

/** Says when a limit ends, as far as the server's words or code tell. Gmail's and Microsoft's daily limits cover 24 hours. */
function limitHint(words: string): string {
  const ends = /daily|per day|24 ?h|\b5\.4\.5\b|\b5\.1\.90\b/i.test(words)
    ? "The limit ends within 24 hours"
    : /hour/i.test(words)
      ? "The limit ends within an hour"
      : "The server does not say when the limit ends";
  return `${ends}; the letters are deferred and go out with a later run. Set \`delivery.perDay\` or \`delivery.perHour\` below the limit.`;
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
    cause: null,
    bounce: null,
    offered: true,
    hint: null,
  };
}
