import { createHmac } from "node:crypto";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import MimeNode from "nodemailer/lib/mime-node";
import { PaperboyError } from "../../core/errors.js";
import type { Letter } from "../../core/model.js";
import { domainOf, type Mailbox } from "./address.js";
import { asField, type Field } from "./fields.js";
import { editionSlug } from "./names.js";

/** The data for the headers that all recipients share. */
export interface HeaderFacts {
  readonly from: Mailbox;
  readonly replyTo?: string;
  readonly subject: string;
  readonly date: Date;
  readonly listName: string;
  /** Without angle brackets: `daily.papers.example.org`. */
  readonly listId: string;
  readonly listHelp?: string;
  readonly listArchive?: string;
  readonly listOwner?: string;
  readonly feedbackId?: string;
  readonly letter: Pick<Letter, "editionId" | "language">;
}

/** The links with which a recipient can unsubscribe or change preferences; null if they are not configured. */
export interface ReaderLinks {
  /**
   * A POST to this URL unsubscribes without further confirmation (RFC 8058). A header field has it only with `https:`; the letter
   * has it in any case.
   */
  readonly unsubscribeUrl: string | null;
  /** A `mailto:` URL. Any mail to it unsubscribes. */
  readonly unsubscribeMailto: string | null;
  readonly preferencesUrl: string | null;
}

/** A header's value: text, or an address with its name; null leaves the header out. */
type HeaderValue = string | { readonly name: string; readonly address: string } | null;

interface Header {
  readonly name: string;
  readonly value: (facts: HeaderFacts) => HeaderValue;
}

/** For headers that differ between recipients; READER_HEADERS has their values. */
const OF_READER = (): null => null;

/** The headers of a letter, in order. Content-Type comes with the body. */
const HEADERS: readonly Header[] = [
  { name: "From", value: ({ from }) => ({ name: from.name ?? "", address: from.address }) },
  { name: "To", value: OF_READER },
  { name: "Reply-To", value: ({ replyTo }) => (replyTo === undefined ? null : { name: "", address: replyTo }) },
  { name: "Subject", value: ({ subject }) => headerText(subject) },
  { name: "Date", value: ({ date }) => date.toUTCString().replace("GMT", "+0000") },
  { name: "Message-ID", value: OF_READER },
  { name: "List-Id", value: ({ listName, listId }) => `${phrase(listName)} <${listId}>`.trimStart() },
  { name: "List-Unsubscribe", value: OF_READER },
  { name: "List-Unsubscribe-Post", value: OF_READER },
  // RFC 2369 sections 3.1, 3.5, 3.6. There is no List-Post, because this list accepts no posts.
  { name: "List-Help", value: ({ listHelp }) => (listHelp === undefined ? null : bracketed([listHelp])) },
  { name: "List-Owner", value: ({ listOwner }) => (listOwner === undefined ? null : bracketed([listOwner])) },
  { name: "List-Archive", value: ({ listArchive }) => (listArchive === undefined ? null : bracketed([listArchive])) },
  { name: "Feedback-ID", value: feedbackField },
  // Suppress automatic replies: RFC 3834 section 5, Exchange, and old vacation programs.
  { name: "Auto-Submitted", value: () => "auto-generated" },
  { name: "X-Auto-Response-Suppress", value: () => "OOF, AutoReply" },
  { name: "Precedence", value: () => "bulk" },
  // RFC 3282, section 2.
  { name: "Content-Language", value: ({ letter }) => letter.language },
  { name: "MIME-Version", value: () => "1.0" },
];

/** The data for the headers that differ between recipients. */
export interface ReaderFacts {
  readonly to: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly links: ReaderLinks;
}

/** The folded header fields that differ between recipients, by name; null leaves the field out. */
const READER_HEADERS: Readonly<Record<string, (facts: ReaderFacts) => string | null>> = {
  To: ({ to }) => `To: ${to}`,
  "Message-ID": ({ messageId }) => `Message-ID: ${messageId}`,
  "List-Unsubscribe": ({ links: { unsubscribeUrl, unsubscribeMailto } }) => {
    // All methods in one field (RFC 2369 section 3.2), the preferred one first.
    const links = [isSecure(unsubscribeUrl) ? unsubscribeUrl : null, unsubscribeMailto].filter((link) => link !== null);
    return links.length === 0 ? null : `List-Unsubscribe: ${bracketed(links, ",\r\n ")}`;
  },
  // RFC 8058 section 3.1: only together with an https link.
  "List-Unsubscribe-Post": ({ links }) =>
    isSecure(links.unsubscribeUrl) ? "List-Unsubscribe-Post: List-Unsubscribe=One-Click" : null,
};

/** Whether header fields contain a link. They leave out the `http:` link of a site that is tried on one machine. */
function isSecure(url: string | null): boolean {
  return url !== null && !url.startsWith("http:");
}

/**
 * The header of a letter for many recipients, in order: folded fields, and functions for the fields that differ (null leaves
 * the field out).
 */
export type Head = readonly (Field | ((facts: ReaderFacts) => string | null))[];

/**
 * Folds and encodes the fields that all recipients share.
 * @throws PaperboyError `config-invalid` if an address or a name of the context is not allowed in a header.
 */
export function makeHead(facts: HeaderFacts, boundary: string): Head {
  const root = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  for (const { name, value } of HEADERS) {
    // A placeholder reserves the position of a field that differs.
    const content = READER_HEADERS[name] === undefined ? value(facts) : STAND_IN;
    if (content !== null) {
      root.setHeader(name, content);
    }
  }
  return root
    .buildHeaders()
    .split(/\r\n(?![ \t])/)
    .map((field) => READER_HEADERS[nameOf(field)] ?? asField(field));
}

/** This is an address, because nodemailer drops anything else from To. */
const STAND_IN = "<of@reader.invalid>";

/** Returns the name of a field as in HEADERS, because nodemailer changes the case of some. */
function nameOf(field: string): string {
  const name = field.slice(0, field.indexOf(":")).toLowerCase();
  return HEADERS.find((header) => header.name.toLowerCase() === name)?.name ?? name;
}

/** Returns the header's fields for one recipient. */
export function fillHead(head: Head, facts: ReaderFacts): readonly Field[] {
  const fields: Field[] = [];
  for (const field of head) {
    const own = typeof field === "function" ? field(facts) : field;
    if (own !== null) fields.push(typeof own === "string" ? asField(own) : own);
  }
  return fields;
}

/**
 * Returns the Feedback-ID, for which Google counts complaints: three free parts, and a sender that never changes. It contains no
 * personal data.
 */
function feedbackField({ feedbackId, letter }: HeaderFacts): string | null {
  if (feedbackId === undefined) {
    return null;
  }
  if (!/^[a-z0-9]{5,15}$/i.test(feedbackId)) {
    throw new PaperboyError("config-invalid", {
      message: `the feedback id ${JSON.stringify(feedbackId)} does not have 5 to 15 letters or digits`,
      hint: "Choose a short name once and keep it, such as `paperboy`.",
    });
  }
  return `${editionSlug(letter.editionId)}:list::${feedbackId}`;
}

/**
 * Makes text from a page safe in a header: one line, without control, bidirectional or invisible characters. Keeps joiners,
 * because emoji and Indic scripts need them. Encodes text that looks like an encoded word (RFC 2047), so that mail clients show
 * it unchanged.
 */
function headerText(text: string): string {
  const clean = text
    .replaceAll(/\p{Cs}/gu, "\uFFFD")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return clean.includes("=?") ? encodeWord(clean, "Q", 52) : clean;
}

/** Returns a display name as a phrase (RFC 5322 section 3.2.5): plain words, or encoded words for other characters. */
function phrase(text: string): string {
  const clean = headerText(text);
  return /^[\w ]*$/.test(clean) || clean.startsWith("=?") ? clean : encodeWord(clean, "Q", 52);
}

/**
 * Returns URLs in angle brackets (RFC 2369 section 2).
 * @throws PaperboyError `config-invalid` if one is neither mailto: nor https:, or contains a character that could end it.
 */
function bracketed(addresses: readonly string[], between = ", "): string {
  for (const address of addresses) {
    if (!/^(?:mailto:|https:\/\/)[!-+\--;=?-~]+$/.test(address)) {
      throw new PaperboyError("config-invalid", {
        message: `the URL ${JSON.stringify(address)} is not allowed in a header`,
        hint: "Use a mailto: or https: URL without spaces, commas or angle brackets.",
      });
    }
  }
  return addresses.map((address) => `<${address}>`).join(between);
}

/** The data that all Message-IDs of an edition share. */
export interface MessageIdParts {
  readonly listId: string;
  readonly editionId: string;
  readonly from: string;
  /** Distinguishes a test letter from the real one and from earlier tests; null for a real letter. */
  readonly test: string | null;
}

/**
 * Returns a function that creates the Message-ID for a subscriber number or an address, with angle brackets. The same edition
 * and recipient always have the same Message-ID, so that a second copy can be recognised. It does not reveal the recipient to
 * others, who do not have the key.
 */
export function messageIds(key: Uint8Array, parts: MessageIdParts): (reader: string) => string {
  const { listId, editionId, from, test } = parts;
  // JSON makes the parts unambiguous.
  const before = `${JSON.stringify([listId, editionId]).slice(0, -1)},`;
  const after = test === null ? "]" : `,${JSON.stringify(["test", test]).slice(1)}`;
  const right = `.${editionSlug(editionId)}@${domainOf(from)}>`;
  return (reader) => `<${shortened(hmac(key, before + JSON.stringify(reader) + after))}${right}`;
}

/** Returns the first 160 bits as 32 characters of lower-case base32hex (RFC 4648 section 7). */
function shortened(hex: string): string {
  // Radix 32 with the digits 0-9a-v is base32hex, and 160 bits are exactly 32 digits.
  return BigInt(`0x${hex.slice(0, 40)}`)
    .toString(32)
    .padStart(32, "0");
}

/**
 * Returns the List-Id of an installation without a domain. RFC 2919 section 3 asks for 32 hex digits before `localhost`; they
 * are derived from the key, and so change only with it.
 */
export function defaultListId(key: Buffer): string {
  return `daily.${hmac(key, "list-id").slice(0, 32)}.localhost`;
}

/** Returns the HMAC-SHA256 of a text in hex. */
function hmac(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
