import { firstOf } from "./fields.js";
import type { IncomingMail } from "./read.js";
import { mildest } from "./status.js";
import { isAtReturnPath, leaverAddressed, reportedReader, subjectOf } from "./tokens.js";
import type { Identity } from "./tokens.js";
import { isAnswer, PROOFS, readWish } from "./wishes.js";
import type { Wish } from "./wishes.js";

/** What a mail is, and what follows of it. */
export type Finding =
  | {
      readonly kind: "bounce";
      readonly subscriberId: number;
      readonly damage: "hard" | "soft";
      readonly status: string;
    }
  | { readonly kind: "complaint" | "leave"; readonly subscriberId: number }
  | { readonly kind: "change"; readonly subscriberId: number; readonly wish: Exclude<Wish, "subscribe" | "stop"> }
  | { readonly kind: "confirm"; readonly signupId: number }
  /** Somebody who wrote this address as the sender's asks for it: that proves nothing. */
  | { readonly kind: "ask"; readonly wish: Wish; readonly from: string }
  | { readonly kind: "ignored"; readonly why: string };

interface Kind {
  readonly name: string;
  /** What follows of a mail of this kind; null when it is of another. */
  readonly find: (mail: IncomingMail, identity: Identity) => Finding | null;
}

/** The kinds of mail; the first one that a mail is of decides. */
const KINDS: readonly Kind[] = [
  { name: "a mail server's report", find: findReport },
  { name: "the mail that a letter's link to leave makes", find: findLeaver },
  { name: "a mail to a return path", find: findStray },
  { name: "a mail of a machine", find: findAutomatic },
  { name: "a wish with its proof", find: findProved },
  { name: "a wish", find: findAsked },
];

/** Tells what a mail is. Nothing in it counts but what we signed; whoever has no proof may ask at most. */
export function sortMail(mail: IncomingMail | null, identity: Identity): Finding {
  if (mail === null) return ignored("unreadable");
  for (const { find } of KINDS) {
    const finding = find(mail, identity);
    if (finding !== null) return finding;
  }
  return ignored("for a person");
}

function ignored(why: string): Finding {
  return { kind: "ignored", why };
}

/** Types of feedback that say that a person does not want the letter (RFC 5965 section 7.3); `auth-failure` is none. */
const COMPLAINTS: ReadonlySet<string> = new Set(["abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"]);

function findReport({ header, report }: IncomingMail, identity: Identity): Finding | null {
  if (report === null) return null;
  const subscriberId = reportedReader(header, report.original, identity);
  if (subscriberId === null) return ignored("report without proof");
  if (report.kind === "feedback") {
    return COMPLAINTS.has(report.type) ? { kind: "complaint", subscriberId } : ignored("report of another kind");
  }
  const { damage, status } = mildest(report.recipients);
  return damage === "none"
    ? ignored("report that says nothing of the reader")
    : { kind: "bounce", subscriberId, damage, status };
}

/**
 * Mail programs send it by themselves when somebody presses their button to leave. No answer of a machine looks like it: no
 * mail of ours has such a subject, and none comes from such an address.
 */
function findLeaver({ header, subject }: IncomingMail, identity: Identity): Finding | null {
  const token = /^unsubscribe ([\w-]{23,34})$/i.exec(subject)?.[1];
  const named = token === undefined ? null : subjectOf(token, "unsubscribe", identity);
  const subscriberId = named ?? leaverAddressed(header, identity);
  return subscriberId === null ? null : { kind: "leave", subscriberId };
}

function findStray({ header }: IncomingMail, identity: Identity): Finding | null {
  return isAtReturnPath(header, identity) ? ignored("no report, at a return path") : null;
}

interface Mark {
  readonly field: string;
  readonly says: RegExp;
}

/** By what a machine's mail can be known (RFC 3834 section 2, and what was used before it). */
const MACHINE_MARKS: readonly Mark[] = [
  { field: "auto-submitted", says: /^(?!no\b)/i },
  { field: "precedence", says: /^(?:bulk|list|junk|auto_reply)\b/i },
  { field: "x-autoreply", says: /^(?!no\b)/i },
  { field: "x-autorespond", says: /^/ },
  { field: "x-auto-response-suppress", says: /\b(?:all|autoreply|oof|dr)\b/i },
  { field: "x-failed-recipients", says: /^/ },
  { field: "list-id", says: /^/ },
  { field: "list-unsubscribe", says: /^/ },
  { field: "feedback-id", says: /^/ },
  { field: "return-path", says: /^<>$/ },
];

/** Addresses behind which nobody reads. */
const MACHINES = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|majordomo|listserv)\b/i;

function findAutomatic({ header, from }: IncomingMail, { own }: Identity): Finding | null {
  const isMarked = MACHINE_MARKS.some(({ field, says }) => (header.get(field) ?? []).some((value) => says.test(value)));
  if (isMarked || (from !== null && MACHINES.test(from))) return ignored("auto-reply");
  if (from !== null && own.has(from.toLowerCase())) return ignored("from ourselves");
  return firstOf(header, "from") === null ? ignored("without a sender") : null;
}

/** A wish with a token beside it, in the subject alone: texts quote what came before. */
function findProved({ subject }: IncomingMail, identity: Identity): Finding | null {
  const read = readWish(subject);
  if (read === null || read.token === null) return null;
  const id = subjectOf(read.token, PROOFS[read.wish], identity);
  if (id === null) return ignored("proof that does not hold");
  if (read.wish === "subscribe") return { kind: "confirm", signupId: id };
  if (read.wish === "stop") return { kind: "leave", subscriberId: id };
  return { kind: "change", subscriberId: id, wish: read.wish };
}

/** The subject of an answer is ours: letters begin with "Daily" too. There the person's own word begins the text. */
function findAsked({ from, subject, firstLine }: IncomingMail): Finding | null {
  const read = (isAnswer(subject) ? null : readWish(subject)) ?? readWish(firstLine);
  if (read === null) return null;
  return from === null ? ignored("a wish without an address") : { kind: "ask", wish: read.wish, from };
}
