import type { DeliveryState } from "../core/model.js";
import { classifyRefusal } from "../core/refusals.js";
import type { RefusalClass } from "../core/refusals.js";
import type { Cause } from "../core/refusal-phrases.js";
import type { Settlement } from "../store/store.js";
import { hintFor, isAccountFault, type SmtpFault } from "./smtp/errors.js";

/**
 * The effect of a fault on other messages. `connection`: this connection is lost. `throttled`: the server asks for a lower
 * rate. `account`: the server rejects the login or the sender, and so would reject every message. `limit`: the sender has
 * reached a limit of the server, which rejects every message until the limit is reset. `size`: the letter is larger than the
 * server accepts.
 */
export type RouteProblem = "connection" | "throttled" | "account" | "limit" | "size";

/** The result of one attempt to send one message. */
export interface SendResult {
  readonly state: Exclude<DeliveryState, "expired" | "suppressed">;
  /** The server's reply, or the path of the file. */
  readonly detail: string;
  readonly problem: RouteProblem | null;
  /** The reply code and, if given, the enhanced status code (RFC 3463): `550 5.7.1`; null without a reply. */
  readonly code: string | null;
  /** Why the server refused the message; null if it did not. */
  readonly cause: Cause | null;
  /** The evidence about the mailbox in a refusal; null if there is none. */
  readonly bounce: NonNullable<Settlement["bounce"]> | null;
  /** False if Paperboy could not offer the message to the server, because the connection or the login failed. */
  readonly offered: boolean;
  /** What the operator can do; null if there is no problem. */
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
 * Returns the result for a fault. With a reply, 4xx defers and 5xx refuses (RFC 5321 section 4.2.1; 503 concerns the session).
 * A refusal because of the sender also defers, so that no reader misses a letter because of it. Without a reply, the result
 * depends on `endSent`: after the end of the data, the server may have accepted the message (RFC 1047), so it is `uncertain`;
 * before, the server cannot have accepted it, so it stays `pending`.
 */
export function resultOf(fault: SmtpFault, endSent: boolean): SendResult {
  const { reply, words } = fault;
  const refusalClass = reply === null || reply < 400 ? null : refusalClassOf(fault, endSent);
  const state = isSenderFault(fault, refusalClass, endSent) ? "deferred" : stateOf(fault, endSent);
  const problem = refusalClass?.cause === "limit" ? "limit" : problemOf(fault, refusalClass, endSent);
  return {
    state,
    detail: words,
    problem,
    code: codeOf(reply, words),
    cause: refusalClass?.cause ?? null,
    bounce: refusalClass === null ? null : bounceOf(refusalClass, { command: fault.command, state }),
    offered: true,
    hint: problem === null ? null : hintOf(problem, fault),
  };
}

function hintOf(problem: RouteProblem, fault: SmtpFault): string {
  return problem === "limit" ? limitHint(fault.words) : problem === "size" ? SIZE_HINT : hintFor(fault);
}

const SIZE_HINT =
  "Raise the server's limit (Postfix: `message_size_limit`), or shorten the letter with `view.abstracts: short` or `view.limit`.";

const COMMANDS: Readonly<Record<string, "MAIL" | "RCPT" | "DATA">> = {
  "MAIL FROM": "MAIL",
  "RCPT TO": "RCPT",
  DATA: "DATA",
};

function refusalClassOf({ command, words }: SmtpFault, endSent: boolean): RefusalClass {
  const answered = endSent ? "DATA" : (COMMANDS[command] ?? null);
  return classifyRefusal({ action: null, status: statusOf(words), words, context: "", command: answered });
}

/** Causes that the sender can remove, so that even a permanent refusal is retried. */
const SENDER_CAUSES: ReadonlySet<Cause> = new Set<Cause>(["limit", "rate", "sender"]);

function isSenderFault(fault: SmtpFault, refusalClass: RefusalClass | null, endSent: boolean): boolean {
  if (refusalClass === null) return false;
  if (refusalClass.cause === "limit") return true;
  const isRefused = stateOf(fault, endSent) === "refused";
  return isRefused && (SENDER_CAUSES.has(refusalClass.cause) || refusalClass.status.startsWith("5.7."));
}

/** Causes that concern the mailbox. Other refusals say nothing about the reader. */
const MAILBOX_CAUSES: ReadonlySet<Cause> = new Set<Cause>(["full", "disabled", "no-mailbox"]);

interface Refused {
  readonly command: string;
  readonly state: SendResult["state"];
}

/**
 * Returns the evidence of a refusal about the mailbox. A reply to MAIL is not about a recipient. A deferral is a soft bounce when its
 * status, if it has one, is about the mailbox (x.2.x, RFC 3463), and not about the server's disk.
 */
function bounceOf({ cause, effect, status }: RefusalClass, { command, state }: Refused): SendResult["bounce"] {
  if (effect === "none" || !MAILBOX_CAUSES.has(cause) || command === "MAIL FROM") return null;
  const counts = state === "refused" || (state === "deferred" && effect === "soft" && /^(?:4\.2\.|$)/.test(status));
  return counts ? { damage: effect, status } : null;
}

/** Replies that show when a limit is reset. The daily limits of Gmail and Microsoft cover 24 hours. */
const LIMITS: readonly { readonly words: RegExp; readonly ends: (found: RegExpExecArray) => string }[] = [
  {
    words: /\b(?:in|after|wait|for) (?:about |another )?(\d{1,5}) ?(s|sec|m|min|h|hr|second|minute|hour)s?\b/i,
    ends: ([, count = "", unit = ""]) => `The limit ends in ${count} ${UNITS[unit.charAt(0).toLowerCase()] ?? unit}`,
  },
  { words: /daily|per day|24 ?h|\b5\.4\.5\b|\b5\.1\.90\b/i, ends: () => "The limit ends within 24 hours" },
  { words: /hour/i, ends: () => "The limit ends within an hour" },
];

const UNITS: Readonly<Record<string, string>> = { s: "s", m: "min", h: "h" };

/** Returns when a limit is reset, if the server's reply shows it, and what to do. */
function limitHint(words: string): string {
  const [ends = "The server does not say when the limit ends"] = LIMITS.flatMap((row) => {
    const found = row.words.exec(words);
    return found === null ? [] : [row.ends(found)];
  });
  return `${ends}; the letters wait for a later run. Set \`delivery.perDay\` or \`delivery.perHour\` below the limit.`;
}

/** Returns the result for a fault before any message was offered. It is the same for every message. */
export function connectResult(fault: SmtpFault): SendResult {
  const { reply, codes, words } = fault;
  const isPermanent = reply === null ? codes.some((code) => PERMANENT.has(code)) : reply >= 500;
  const isLimit = reply !== null && reply >= 400 && refusalClassOf(fault, false).cause === "limit";
  const problem = isLimit ? "limit" : isPermanent ? "account" : reply === null ? "connection" : "throttled";
  return { ...pendingResult(words), code: codeOf(reply, words), problem, offered: false, hint: hintOf(problem, fault) };
}

/** Connection faults that a retry cannot fix, because the settings do not fit the server. */
const PERMANENT: ReadonlySet<string> = new Set(["ENOLOGIN", "ETLS", "ENOAUTH"]);

function codeOf(reply: number | null, words: string): string | null {
  return reply === null ? null : [String(reply), statusOf(words)].filter(Boolean).join(" ");
}

function stateOf(fault: SmtpFault, endSent: boolean): SendResult["state"] {
  const { reply } = fault;
  if (reply === null || reply < 400) {
    return endSent ? "uncertain" : "pending";
  }
  if (endSent) {
    return reply >= 500 && reply !== 503 ? "refused" : "deferred";
  }
  if (reply === 421 || isAccountFault(fault)) {
    return "pending";
  }
  return reply >= 500 && reply !== 503 ? "refused" : "deferred";
}

/** Whether the message is larger than the server accepts (RFC 1870), according to its EHLO reply or its reply to MAIL. */
function isTooLarge({ reply, codes, command }: SmtpFault, refusalClass: RefusalClass | null): boolean {
  if (command !== "MAIL FROM") return false;
  return reply === null ? codes.includes("EMESSAGE") : reply === 552 && refusalClass?.cause !== "full";
}

function problemOf(fault: SmtpFault, refusalClass: RefusalClass | null, endSent: boolean): RouteProblem | null {
  const { reply, command } = fault;
  if (!endSent && isTooLarge(fault, refusalClass)) return "size";
  if (reply === null || reply < 400) return "connection";
  if (!endSent && isAccountFault(fault)) return "account";
  // A server that defers the sender would defer every other message too.
  return reply === 421 || (command === "MAIL FROM" && reply < 500) ? "throttled" : null;
}

/** Returns the result for a message that was not tried or was stopped at the gate. */
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
