import type { DeliveryState } from "../core/model.js";
import { concernsEveryone, hintFor, type SmtpFault } from "./smtp/errors.js";

/**
 * What a fault says about the way to the server, beside what it says about the message:
 * `line`: this connection is gone; `busy`: the server wants less from us; `everyone`: no message would get through.
 */
export type Trouble = "line" | "busy" | "everyone";

/** What one attempt at one message came to. */
export interface Verdict {
  readonly state: Exclude<DeliveryState, "expired" | "suppressed">;
  /** The server's words or a file's path. */
  readonly detail: string;
  readonly trouble: Trouble | null;
  /** The reply code and, where the server gave one, the enhanced status code (RFC 3463): `550 5.7.1`; null without reply. */
  readonly code: string | null;
  /** The address cannot get mail at all: no further letter should be tried. */
  readonly suppressReader: boolean;
  /** False when the server never heard of the message: there was no way to it, or no login. */
  readonly offered: boolean;
  /** What to do about it, where there is trouble. */
  readonly hint: string | null;
}

interface StatusRule {
  readonly status: RegExp;
  readonly suppress: boolean;
  /** Why, for whoever changes the table. */
  readonly means: string;
}

/**
 * What a permanent refusal says about the address, by enhanced status code (RFC 3463 section 3, RFC 7505 section 4.1); the
 * first row that fits decides. Only codes that speak of the mailbox itself end a subscription: a policy that refuses us
 * today must not cost us readers.
 */
const REFUSALS: readonly StatusRule[] = [
  { status: /^5\.1\.[78]$/, suppress: false, means: "it is the sender's address that is bad" },
  { status: /^5\.1\.\d+$/, suppress: true, means: "no such mailbox or domain" },
  { status: /^5\.2\.1$/, suppress: true, means: "the mailbox is disabled" },
  { status: /^5\.2\.\d+$/, suppress: false, means: "the mailbox is full, or will not take this message" },
  {
    status: /^5\.7\.\d+$/,
    suppress: false,
    means: "policy, reputation or authentication: about us, not about the reader",
  },
  { status: /^/, suppress: false, means: "routing, protocol or content; or no enhanced code at all" },
];

/** The enhanced status code behind a reply code: `5.1.1` in `550 5.1.1 no such user`; null when there is none. */
export function statusOf(words: string): string | null {
  return /^\d{3}[ -](?:#)?([245]\.\d{1,3}\.\d{1,3})\b/.exec(words)?.[1] ?? null;
}

/** A message that the server took. */
export function accepted(reply: string): Verdict {
  return { ...untouched(reply), state: "sent", code: codeOf(250, reply) };
}

/**
 * Judges a fault. A reply decides: 4xx may work later, 5xx will not (RFC 5321 section 4.2.1; 503 speaks of the session).
 * Without a reply only one thing counts: whether the end of the data was on its way. If so, nobody can know whether the
 * server took the message (RFC 1047); if not, it surely did not, and the message is as it was before (`pending`).
 */
export function judge(fault: SmtpFault, endReleased: boolean): Verdict {
  const { reply, words } = fault;
  const status = statusOf(words);
  const state = stateOf(fault, endReleased);
  const trouble = troubleOf(fault, endReleased);
  return {
    state,
    detail: words,
    trouble,
    code: codeOf(reply, words),
    suppressReader: state === "refused" && (REFUSALS.find((row) => row.status.test(status ?? ""))?.suppress ?? false),
    offered: true,
    hint: trouble === null ? null : hintFor(fault),
  };
}

/** Judges a fault before any message could be offered: whatever the server says there, it says to everyone. */
export function judgeAtTheDoor(fault: SmtpFault): Verdict {
  const { reply, codes, words } = fault;
  const lasting = reply === null ? codes.some((code) => LASTING.has(code)) : reply >= 500;
  const trouble = lasting ? "everyone" : reply === null ? "line" : "busy";
  return { ...untouched(words), code: codeOf(reply, words), trouble, offered: false, hint: hintFor(fault) };
}

/** Faults of a connection that no waiting mends: our settings and the server's do not fit. */
const LASTING: ReadonlySet<string> = new Set(["ENOLOGIN", "ETLS", "ENOAUTH"]);

function codeOf(reply: number | null, words: string): string | null {
  return reply === null ? null : [String(reply), statusOf(words)].filter(Boolean).join(" ");
}

function stateOf(fault: SmtpFault, endReleased: boolean): Verdict["state"] {
  const { reply, codes } = fault;
  if (reply === null || reply < 400) {
    if (endReleased) {
      return "uncertain";
    }
    // nodemailer's own word, before it asks the server: larger than the size that the server announced.
    return codes.includes("EMESSAGE") && reply === null && fault.command === "MAIL FROM" ? "refused" : "pending";
  }
  if (endReleased) {
    return reply >= 500 && reply !== 503 ? "refused" : "deferred";
  }
  if (reply === 421 || concernsEveryone(fault)) {
    return "pending";
  }
  return reply >= 500 && reply !== 503 ? "refused" : "deferred";
}

function troubleOf(fault: SmtpFault, endReleased: boolean): Trouble | null {
  const { reply, command, codes } = fault;
  if (reply === null || reply < 400) {
    return codes.includes("EMESSAGE") && !endReleased && command === "MAIL FROM" ? null : "line";
  }
  if (!endReleased && concernsEveryone(fault)) {
    return "everyone";
  }
  // A sender whom the server will not take for now: every other message would hear the same.
  return reply === 421 || (command === "MAIL FROM" && reply < 500) ? "busy" : null;
}

/** A message that was not tried, or was withheld at the gate: as it was before. */
export function untouched(detail: string): Verdict {
  return {
    state: "pending",
    detail,
    trouble: null,
    code: null,
    suppressReader: false,
    offered: true,
    hint: null,
  };
}
