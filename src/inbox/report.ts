import type { Attachment, Email } from "postal-mime";
import type { Refusal } from "../core/refusals.js";
import { allOf, firstOf, readGroups, readHeader } from "./fields.js";
import type { Fields } from "./fields.js";
import { readNotification } from "./notification.js";
import type { Notification } from "./notification.js";
import { splitOriginal, plainText, replyLines, wordCount } from "./report-text.js";

/** A mail server's report about a mail of ours. `original` is empty if the report does not return that mail. */
export type Report = Notification & {
  /**
   * Whether the report has a machine-readable part, so that the mail is certainly a report, even of another installation's
   * mail.
   */
  readonly isStructured: boolean;
};

/** A parsed mail and its bytes. */
export interface ParsedMail {
  readonly email: Email;
  readonly header: Fields;
  readonly raw: Uint8Array;
}

/**
 * Returns the report that a mail contains; null if it is not a report. A mail is a report by its type, multipart/report, or by
 * its sender, the null sender or a mailer daemon. A report that a person attaches to a mail does not count.
 */
export function reportOf(mail: ParsedMail): Report | null {
  const { email, header } = mail;
  const isReport = /^multipart\/report\b/i.test(firstOf(header, "content-type")?.trim() ?? "");
  const parts = partsOf(email);
  const notification = /@sns\.amazonaws\.com$/i.test(email.from?.address ?? "")
    ? readNotification(email.text ?? "")
    : null;
  if (notification !== null) return { ...notification, isStructured: true };
  if (parts.original.has("x-hmxmroriginalrecipient") && /^staff@hotmail\.com$/i.test(email.from?.address ?? "")) {
    return { kind: "feedback", type: "abuse", original: parts.original, isStructured: true };
  }
  const [feedback] = readGroups(parts.feedback);
  const isFromDaemon = isDaemon(mail);
  if (feedback !== undefined && (isReport || isFromDaemon)) {
    const type = firstOf(feedback, "feedback-type")?.toLowerCase() ?? "";
    return { kind: "feedback", type, original: parts.original, isStructured: true };
  }
  if (!isFromDaemon && !(isReport && parts.status !== "")) return null;
  return deliveryReport(mail, parts);
}

interface Parts {
  readonly status: string;
  readonly feedback: string;
  /** The text that people read. */
  readonly text: string;
  readonly original: Fields;
}

function partsOf({ attachments, text, html }: Email): Parts {
  const all = (type: RegExp) => attachments.filter(({ mimeType }) => type.test(mimeType)).map(textOf);
  const words = text?.trim() ? text : plainText(html ?? "");
  return {
    status: all(/^message\/(?:global-)?delivery-status$/).join("\n\n"),
    feedback: all(/^message\/feedback-report$/)[0] ?? "",
    text: [words, ...all(/^text\/(?!rfc822-headers)/)].join("\n"),
    original: readHeader(all(/^(?:message\/(?:global|rfc822)(?:-headers)?|text\/rfc822-headers)$/)[0] ?? ""),
  };
}

function textOf({ content }: Attachment): string {
  return typeof content === "string" ? content : "";
}

function deliveryReport({ raw }: ParsedMail, parts: Parts): Report {
  // A mail whose boundary is wrong or missing has no parts, so read its raw body.
  const isBroken = parts.status === "" && wordCount(parts.text) === 0;
  const body = isBroken ? bodyOf(raw) : parts.text;
  const { report, original } = splitOriginal(body);
  const texts = [parts.status, parts.text, bodyOf(raw)];
  const found = texts.map(recipientGroups).find((groups) => groups.length > 0) ?? [];
  const recipients = found.map((group) => refusalOf(group, { text: report, reporter: reporterOf(parts.status) }));
  return {
    kind: "delivery",
    isStructured: parts.status !== "",
    original: parts.original.size > 0 ? parts.original : original,
    recipients: recipients.length > 0 ? recipients : [refusalOf(new Map(), { text: report, reporter: "" })],
  };
}

function bodyOf(raw: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(raw).replaceAll("\r", "");
  return text.slice(Math.max(0, text.indexOf("\n\n")));
}

/** Returns the groups that describe recipients (RFC 3464, section 2.3). The first group of a report describes the message. */
function recipientGroups(text: string): readonly Fields[] {
  return readGroups(text).filter((group) =>
    ["final-recipient", "original-recipient", "action"].some((name) => group.has(name)),
  );
}

function reporterOf(status: string): string {
  return readGroups(status)
    .flatMap((group) => allOf(group, ["reporting-mta"]))
    .join(" ");
}

interface Rest {
  readonly text: string;
  readonly reporter: string;
}

/**
 * Returns the refusal of one recipient. Its words are the diagnostic code, or else the lines of the text with a server's reply,
 * or else the text.
 */
function refusalOf(group: Fields, { text, reporter }: Rest): Refusal {
  const diagnostics = allOf(group, ["diagnostic-code"]).map((one) => decoded(one.replace(/^[\w-]+;/, "")));
  const status = firstOf(group, "status") ?? "";
  const said = diagnostics.length > 0 ? diagnostics.join("\n") : status.replace(/^\S+/, "");
  const withLines = wordCount(said) < 2 ? `${said}\n${replyLines(text)}` : said;
  const action = firstOf(group, "action")?.toLowerCase() ?? null;
  return {
    action: action === null ? null : (/^[a-z]+/.exec(action)?.[0] ?? ""),
    status: /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\d|\.)/.exec(status)?.[0] ?? null,
    words: wordCount(withLines) < 2 ? `${withLines}\n${text}` : withLines,
    context: `${text}\nReporting-MTA: ${reporter}`,
    command: null,
  };
}

/** Decodes ISO-2022-JP, which Domino uses in its reports. */
function decoded(text: string): string {
  return text.includes("\u001B$") ? new TextDecoder("iso-2022-jp").decode(Buffer.from(text, "latin1")) : text;
}

/** The local parts and the names under which mail systems send reports. */
const DAEMONS =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mdaemon|mail[-_.]?delivery|autoresponder|bounces?)\b/i;
const DAEMON_NAMES = /mail(?:er)?[- ]?daemon|mail deliver|postmaster|mail administrator|mail (?:system|server)/i;

/**
 * Subjects of reports from gateways that use neither the null sender nor the name of a daemon (InterScan, MailEnable, IMail).
 * Replies and forwarded mails do not match, because their subjects begin with a prefix.
 */
const SUBJECTS =
  /^(?:returned mail|(?:mail|message) could not be delivered|undelivered mail|undeliverable|non-delivery|delivery (?:failure|status notification)|failure notice)/i;

/**
 * Header fields of automatic replies from a person's mailbox (RFC 3834, section 2). Mail systems use `auto-replied` as well.
 */
const VACATION: readonly { readonly field: string; readonly value: RegExp }[] = [
  { field: "auto-submitted", value: /^auto-replied\b/i },
  { field: "x-autoreply", value: /^(?!no\b)/i },
  { field: "x-autorespond", value: /^/ },
  { field: "precedence", value: /^(?:bulk|list|junk|auto_reply)\b/i },
  { field: "subject", value: /^(?:auto(?:matic)?[- ]?(?:reply|response|:)|out of (?:the )?office|vacation|away\b)/i },
];

function isDaemon({ email: { from, subject }, header }: ParsedMail): boolean {
  const local = from?.address?.split("@")[0] ?? "";
  if (firstOf(header, "from")?.trim() === "<>") return true;
  if (DAEMONS.test(local) || DAEMON_NAMES.test(from?.name ?? "") || header.has("x-failed-recipients")) return true;
  const isVacation = VACATION.some(({ field, value }) =>
    (header.get(field) ?? []).some((text) => value.test(text.trim())),
  );
  const isNullSender = (firstOf(header, "return-path")?.trim() ?? "") === "<>";
  return !isVacation && (isNullSender || SUBJECTS.test(subject?.trim() ?? ""));
}
