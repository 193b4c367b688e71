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
  readonly listArchive?: string;
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

/** The data for the headers that differ between recipients. */
export interface ReaderFacts {
  readonly to: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly links: ReaderLinks;
}

/** Returns the folded field of a header that differs between recipients; null leaves the header out. */
type ReaderField = (facts: ReaderFacts) => string | null;

/** A header that all recipients share. Its value is text, or an address with its name; null leaves the header out. */
interface SharedHeader {
  readonly name: string;
  readonly value: (facts: HeaderFacts) => string | { readonly name: string; readonly address: string } | null;
}

/** The headers of a letter, in order. Content-Type comes last. */
const HEADERS: readonly (SharedHeader | ReaderField)[] = [
  { name: "From", value: ({ from }) => ({ name: from.name ?? "", address: from.address }) },
  ({ to }) => `To: ${to}`,
  { name: "Reply-To", value: ({ replyTo }) => (replyTo === undefined ? null : { name: "", address: replyTo }) },
  { name: "Subject", value: ({ subject }) => headerText(subject) },
  { name: "Date", value: ({ date }) => date.toUTCString().replace("GMT", "+0000") },
  ({ messageId }) => `Message-ID: ${messageId}`,
  { name: "List-Id", value: ({ listName, listId }) => `${phrase(listName)} <${listId}>`.trimStart() },
  ({ links: { unsubscribeUrl, unsubscribeMailto } }) => {
    // All methods in one field (RFC 2369 section 3.2), the preferred one first.
    const links = [isSecure(unsubscribeUrl) ? unsubscribeUrl : null, unsubscribeMailto].filter((link) => link !== null);
    return links.length === 0 ? null : `List-Unsubscribe: ${bracketed(links, ",\r\n ")}`;
  },
  // RFC 8058 section 3.1: only together with an https link.
  ({ links: { unsubscribeUrl } }) =>
    isSecure(unsubscribeUrl) ? "List-Unsubscribe-Post: List-Unsubscribe=One-Click" : null,
  // RFC 2369 section 3.6. There is no List-Post, because this list accepts no posts.
  { name: "List-Archive", value: ({ listArchive }) => (listArchive === undefined ? null : bracketed([listArchive])) },
  // Google counts complaints for it: three free parts, and a sender that never changes. It contains no personal data.
  { name: "Feedback-ID", value: ({ letter }) => `${editionSlug(letter.editionId)}:list::paperboy` },
  // Suppress automatic replies: RFC 3834 section 5, Exchange, and old vacation programs.
  { name: "Auto-Submitted", value: () => "auto-generated" },
  { name: "X-Auto-Response-Suppress", value: () => "OOF, AutoReply" },
  { name: "Precedence", value: () => "bulk" },
  // RFC 3282, section 2.
  { name: "Content-Language", value: ({ letter }) => letter.language },
  { name: "MIME-Version", value: () => "1.0" },
];

/** Whether header fields contain a link. They leave out the `http:` link of a site that is tried on one machine. */
function isSecure(url: string | null): boolean {
  return url !== null && !url.startsWith("http:");
}

/** The header of a letter for many recipients, in order. */
export type Head = readonly (Field | ReaderField)[];

/**
 * Folds and encodes the fields that all recipients share.
 * @throws PaperboyError `config-invalid` if an address or a name of the context is not allowed in a header.
 */
export function makeHead(facts: HeaderFacts, boundary: string): Head {
  const fields = HEADERS.flatMap((header): Head => {
    if (typeof header === "function") return [header];
    const value = header.value(facts);
    return value === null ? [] : foldedField(header.name, value);
  });
  return [...fields, ...foldedField("Content-Type", `multipart/alternative; boundary="${boundary}"`)];
}

/** Returns a field, or none if the value is empty. */
function foldedField(name: string, value: NonNullable<ReturnType<SharedHeader["value"]>>): Field[] {
  // nodemailer adds further fields to a root node.
  const text = new MimeNode().createChild().setHeader(name, value).buildHeaders();
  return text === "" ? [] : [asField(text)];
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
