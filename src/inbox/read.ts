import PostalMime from "postal-mime";
import type { Attachment, Email } from "postal-mime";
import { parseAddress } from "../send/message/address.js";
import { allOf, collectFields, firstOf, readGroups, readHeader } from "./fields.js";
import type { Fields } from "./fields.js";

/** The parts of a mail that classification uses. None of them is authenticated: all of it is what the sender wrote. */
export interface IncomingMail {
  readonly header: Fields;
  /** The address in From, by the strict grammar of addresses; null when there is none, or more than one. */
  readonly from: string | null;
  readonly subject: string;
  /** The first line of the text that is not blank. */
  readonly firstLine: string;
  readonly report: Report | null;
}

/** What a mail server reports about a mail of ours. */
export type Report = {
  /** The header of the mail that the report is about; empty when the report does not return it. */
  readonly original: Fields;
} & (
  | { readonly kind: "delivery"; readonly recipients: readonly RecipientReport[] }
  | { readonly kind: "feedback"; readonly type: string; readonly fields: Fields }
);

/** The result of the delivery to one recipient (RFC 3464, section 2.3). */
export interface RecipientReport {
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded`, in lower case. */
  readonly action: string;
  /** The status, such as `5.1.1`; null when it is absent or malformed. */
  readonly status: string | null;
  /** The status in the reply of the remote mail server; null without one. */
  readonly replied: string | null;
}

/** Bytes of a mail that are read. A report precedes the mail that it returns. */
export const MAX_BYTES = 512 * 1024;

/** Limits beyond which postal-mime refuses a mail. No genuine mail reaches them. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 0 } as const;

/** Parses a mail of any size and content. Returns null when it cannot be parsed, and never throws. */
export async function readMail(raw: Uint8Array): Promise<IncomingMail | null> {
  try {
    const email = await PostalMime.parse(raw.subarray(0, MAX_BYTES), { ...LIMITS, attachmentEncoding: "utf8" });
    const header = collectFields(email.headers.map(({ key, value }) => [key, value]));
    return {
      header,
      from: senderOf(email, header),
      subject: onOneLine(email.subject ?? ""),
      firstLine: firstLineOf(email.text ?? ""),
      report: reportOf(email, header),
    };
  } catch {
    // postal-mime refuses mails beyond LIMITS, and hostile input may make it fail in other ways.
    return null;
  }
}

/** With two senders it is unclear who would get the reply, so the mail counts as having none. */
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

/** Only a mail that is a report as a whole counts as one. A report attached to a mail is part of a person's mail. */
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

/** Parses the groups about recipients. The first group is about the message. */
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
 * Returns the status in the reply of an SMTP server (RFC 3464, section 2.3.6; RFC 2034), directly after the reply code.
 * Digits elsewhere in the reply are not a status.
 */
function repliedIn(diagnostics: readonly string[]): string | null {
  const reply = /^smtp;\s*[245]\d\d[ -]#?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.)/i;
  return diagnostics.map((text) => reply.exec(text)?.[1]).find((status) => status !== undefined) ?? null;
}
