import PostalMime from "postal-mime";
import type { Attachment, Email } from "postal-mime";
import { parseAddress } from "../send/message/address.js";
import { allOf, collectFields, firstOf, readGroups, readHeader } from "./fields.js";
import type { Fields } from "./fields.js";

/** A mail, read as far as it is looked at. Nothing in it is proved: all of it is what its sender wrote. */
export interface IncomingMail {
  readonly header: Fields;
  /** Who says to have written it, by the strict grammar of addresses; null when that is nobody, or several. */
  readonly from: string | null;
  readonly subject: string;
  /** The first line of its text that holds anything. */
  readonly firstLine: string;
  readonly report: Report | null;
}

/** What a mail server says of a mail of ours. */
export type Report = {
  /** The header of the mail that it is about; empty where it was not sent back. */
  readonly original: Fields;
} & (
  | { readonly kind: "delivery"; readonly recipients: readonly RecipientReport[] }
  | { readonly kind: "feedback"; readonly type: string; readonly fields: Fields }
);

/** What became of the mail for one recipient (RFC 3464 section 2.3). */
export interface RecipientReport {
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded`; in lower case. */
  readonly action: string;
  /** The status, such as `5.1.1`; null when there is none that can be read. */
  readonly status: string | null;
  /** The status that the mail server at the other end gave in its reply; null when it gave none. */
  readonly replied: string | null;
}

/** So much of a mail is looked at, in bytes: reports stand before the mail that they send back. */
export const MOST_BYTES = 512 * 1024;

/** Deeper or longer heads than these are nobody's honest mail; the library then refuses. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 0 } as const;

/** Reads a mail of any size and content; null when it cannot be read at all. Never throws. */
export async function readMail(raw: Uint8Array): Promise<IncomingMail | null> {
  try {
    const email = await PostalMime.parse(raw.subarray(0, MOST_BYTES), { ...LIMITS, attachmentEncoding: "utf8" });
    const header = collectFields(email.headers.map(({ key, value }) => [key, value]));
    return {
      header,
      from: senderOf(email, header),
      subject: onOneLine(email.subject ?? ""),
      firstLine: firstLineOf(email.text ?? ""),
      report: reportOf(email, header),
    };
  } catch {
    // The library refuses what is nested too deep, and nobody knows what else a stranger may think of.
    return null;
  }
}

/** Two senders are none: which of them would be answered? */
function senderOf({ from }: Email, header: Fields): string | null {
  const lines = header.get("from") ?? [];
  if (lines.length !== 1 || from?.address === undefined) return null;
  const parsed = parseAddress(from.address);
  return parsed.ok ? parsed.address : null;
}

function onOneLine(text: string): string {
  return text
    .slice(0, 2000)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
}

function firstLineOf(text: string): string {
  const line = text
    .slice(0, 20_000)
    .split(/\r\n|\r|\n/)
    .find((one) => one.trim() !== "");
  return onOneLine(line ?? "");
}

/** Only a mail that is a report as a whole is one: a report that somebody sends along is a person's mail. */
function reportOf({ attachments }: Email, header: Fields): Report | null {
  if (!/^multipart\/report\b/i.test(firstOf(header, "content-type")?.trim() ?? "")) return null;
  const text = (type: RegExp) => textOf(attachments.find(({ mimeType }) => type.test(mimeType)));
  const original = readHeader(text(/^(?:message\/(?:global|rfc822)(?:-headers)?|text\/rfc822-headers)$/));
  const delivery = readGroups(text(/^message\/(?:global-)?delivery-status$/));
  if (delivery.length > 0) return { kind: "delivery", original, recipients: recipientsOf(delivery) };
  const [fields] = readGroups(text(/^message\/feedback-report$/));
  if (fields === undefined) return null;
  return { kind: "feedback", original, fields, type: firstOf(fields, "feedback-type")?.toLowerCase() ?? "" };
}

function textOf(part: Attachment | undefined): string {
  return typeof part?.content === "string" ? part.content : "";
}

/** The groups that speak of a recipient; the first one speaks of the message. */
function recipientsOf(groups: readonly Fields[]): readonly RecipientReport[] {
  return groups
    .filter((group) => group.has("final-recipient") || group.has("original-recipient") || group.has("action"))
    .map((group) => ({
      action: /^[a-z]+/.exec(firstOf(group, "action")?.toLowerCase() ?? "")?.[0] ?? "",
      status: /^[245]\.\d{1,3}\.\d{1,3}(?!\d|\.)/.exec(firstOf(group, "status") ?? "")?.[0] ?? null,
      replied: repliedIn(allOf(group, ["diagnostic-code"])),
    }));
}

/**
 * The status in the reply of an SMTP server (RFC 3464 section 2.3.6, RFC 2034): at its place, behind the reply code. A code
 * anywhere else in the words means nothing.
 */
function repliedIn(diagnostics: readonly string[]): string | null {
  const reply = /^smtp;\s*[245]\d\d[ -]#?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.)/i;
  return diagnostics.map((words) => reply.exec(words)?.[1]).find((status) => status !== undefined) ?? null;
}
