import { addressKey } from "../core/address.js";
import { classifyRefusal } from "../core/refusals.js";
import type { Effect, RefusalClass, Refusal } from "../core/refusals.js";
import type { BounceDamage } from "../store/store.js";
import { isReply, parseCommand, parseLeaving, purposeOf, withoutPrefixes } from "./commands.js";
import type { InboxCommand } from "./commands.js";
import { firstOf } from "./fields.js";
import type { IncomingMail } from "./read.js";
import { isAtReturnPath, subscriberOfLeaveAddress, reportedSubscriber, subjectOf } from "./tokens.js";
import type { InboxIdentity } from "./tokens.js";

/** The meaning of a mail, with the values that `handle` needs to act on it. */
export type Classification =
  | {
      readonly kind: "bounce";
      readonly subscriberId: number;
      readonly damage: BounceDamage;
      readonly status: string;
    }
  /** A report that says nothing about the mailbox, such as a full queue; `about` is its cause. */
  | { readonly kind: "report"; readonly subscriberId: number; readonly about: string }
  | { readonly kind: "complaint" | "leave"; readonly subscriberId: number }
  /** A command with a valid token. */
  | {
      readonly kind: "change";
      readonly subscriberId: number;
      readonly command: Exclude<InboxCommand, "subscribe" | "stop">;
      readonly paper?: string;
    }
  | { readonly kind: "confirm"; readonly signupId: number }
  /** A command without a token. It needs a confirmation, since senders are easily forged. */
  | { readonly kind: "ask"; readonly command: InboxCommand; readonly paper?: string; readonly from: string }
  | { readonly kind: "ignored"; readonly why: string };

/** Returns null for a mail that it does not recognise. */
type Classifier = (mail: IncomingMail, identity: InboxIdentity) => Classification | null;

/** In order: the first classifier that recognises a mail decides. */
const CLASSIFIERS: readonly Classifier[] = [
  classifyReport,
  classifyUnsubscribe,
  ignoreReturnPath,
  ignoreAutomatic,
  classifySignedCommand,
  classifyCommand,
];

/**
 * Classifies a mail. Only a token that this installation signed authorises a change; a mail without one can only ask for it.
 */
export function classifyMail(mail: IncomingMail | null, identity: InboxIdentity): Classification {
  if (mail === null) return ignored("unreadable");
  for (const classify of CLASSIFIERS) {
    const classification = classify(mail, identity);
    if (classification !== null) return classification;
  }
  return ignored("no command");
}

function ignored(why: string): Classification {
  return { kind: "ignored", why };
}

/** Feedback types with which a person rejects the letter (RFC 5965, section 7.3). `auth-failure` is not among them. */
const COMPLAINTS: ReadonlySet<string> = new Set(["abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"]);

function classifyReport({ header, report }: IncomingMail, identity: InboxIdentity): Classification | null {
  if (report === null) return null;
  const subscriberId = reportedSubscriber(header, report.original, identity);
  if (subscriberId === null) return report.isStructured ? ignored("report without a valid token") : null;
  if (report.kind === "feedback") {
    return COMPLAINTS.has(report.type)
      ? { kind: "complaint", subscriberId }
      : ignored("feedback that is not a complaint");
  }
  const { cause, effect, status } = mildestJudgement(report.recipients);
  if (effect === "none") return { kind: "report", subscriberId, about: cause };
  return { kind: "bounce", subscriberId, damage: effect, status };
}

const MILDEST_FIRST: readonly Effect[] = ["none", "soft", "permanent", "hard"];

/**
 * Judges a report. Each letter has one recipient; if a report names several, such as the members of a mailing list, the mildest
 * effect counts.
 */
function mildestJudgement(recipients: readonly Refusal[]): RefusalClass {
  const classes = recipients.map(classifyRefusal);
  const sorted = classes.toSorted((a, b) => MILDEST_FIRST.indexOf(a.effect) - MILDEST_FIRST.indexOf(b.effect));
  return sorted[0] ?? { cause: "unknown", effect: "none", status: "" };
}

/**
 * Recognises the mail that mail programs send for their unsubscribe button. Runs before automatic mails are ignored, because
 * some programs mark this mail as automatic. Automatic replies do not match: they repeat the subject of a letter, which never
 * has this form.
 */
function classifyUnsubscribe({ header, subject }: IncomingMail, identity: InboxIdentity): Classification | null {
  const token = /^unsubscribe ([\w-]{23,34})$/i.exec(withoutPrefixes(subject))?.[1];
  const named = token === undefined ? null : subjectOf(token, "unsubscribe", identity);
  const subscriberId = named ?? subscriberOfLeaveAddress(header, identity);
  return subscriberId === null ? null : { kind: "leave", subscriberId };
}

function ignoreReturnPath({ header }: IncomingMail, identity: InboxIdentity): Classification | null {
  return isAtReturnPath(header, identity) ? ignored("sent to a return path, but not a report") : null;
}

/** Header fields of automatic mails: RFC 3834, section 2, and older conventions. */
const AUTOMATIC: readonly { readonly field: string; readonly value: RegExp }[] = [
  { field: "auto-submitted", value: /^(?!no\b)/i },
  { field: "precedence", value: /^(?:bulk|list|junk|auto_reply)\b/i },
  { field: "x-autoreply", value: /^(?!no\b)/i },
  { field: "x-autorespond", value: /^/ },
  { field: "x-auto-response-suppress", value: /\b(?:all|autoreply|oof|dr)\b/i },
  { field: "x-failed-recipients", value: /^/ },
  { field: "list-id", value: /^/ },
  { field: "list-unsubscribe", value: /^/ },
  { field: "feedback-id", value: /^/ },
  { field: "return-path", value: /^<>$/ },
];

/** Addresses that no person reads. */
const MACHINES = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|majordomo|listserv)\b/i;

function ignoreAutomatic({ header, from }: IncomingMail, { own }: InboxIdentity): Classification | null {
  const isAutomatic = AUTOMATIC.some(({ field, value }) => (header.get(field) ?? []).some((text) => value.test(text)));
  if (isAutomatic || (from !== null && MACHINES.test(from))) return ignored("auto-reply");
  if (from !== null && own.has(addressKey(from))) return ignored("from our own address");
  return firstOf(header, "from") === null ? ignored("no sender") : null;
}

/** Looks for a token only in the subject, because texts quote earlier mails. */
function classifySignedCommand({ subject }: IncomingMail, identity: InboxIdentity): Classification | null {
  const parsed = parseCommand(subject);
  if (parsed === null || parsed.token === null) return null;
  const { command, token: _token, ...about } = parsed;
  const id = subjectOf(parsed.token, purposeOf(command), identity);
  if (id === null) return ignored("invalid token");
  if (command === "subscribe") return { kind: "confirm", signupId: id };
  if (command === "stop") return { kind: "leave", subscriberId: id };
  return { kind: "change", subscriberId: id, command, ...about };
}

/**
 * Reads the command from the subject or the first line. The subject of a reply is that of our letter, which may begin with
 * "Daily", so in it only a request to leave counts.
 */
function classifyCommand({ from, subject, firstLine }: IncomingMail): Classification | null {
  const parsed = (isReply(subject) ? parseLeaving(subject) : parseCommand(subject)) ?? parseCommand(firstLine);
  if (parsed === null) return null;
  const { token: _token, ...asked } = parsed;
  return from === null ? ignored("command from an invalid sender") : { kind: "ask", ...asked, from };
}
