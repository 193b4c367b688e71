import { encodeWord } from "nodemailer/lib/mime-funcs";
import { PaperboyError } from "../../core/errors.js";
import { macBy } from "../../core/hmac.js";
import type { Letter } from "../../core/model.js";
import { domainOf, type Mailbox } from "./address.js";
import { editionSlug } from "./names.js";

/** What the headers that all readers share are made from. */
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
  readonly letter: Pick<Letter, "editionId">;
}

/** A reader's own ways to leave and to change; null where nothing is configured. */
export interface ReaderLinks {
  /** `https:`; a POST to it unsubscribes without a question (RFC 8058). */
  readonly unsubscribeUrl: string | null;
  /** `mailto:`; any mail to it unsubscribes. */
  readonly unsubscribeMailto: string | null;
  readonly preferencesUrl: string | null;
}

/** A header's value: text, or an address with its name; null leaves the header out. */
type HeaderValue = string | { readonly name: string; readonly address: string } | null;

interface Header {
  readonly name: string;
  readonly value: (facts: HeaderFacts) => HeaderValue;
}

/** Stands for a value that differs from reader to reader: READER_HEADERS makes it. */
const OF_READER = (): null => null;

/** The headers of a letter, in the order in which they are written. MIME's own (Content-Type) come with the body. */
export const HEADERS: readonly Header[] = [
  { name: "From", value: ({ from }) => ({ name: from.name ?? "", address: from.address }) },
  { name: "To", value: OF_READER },
  { name: "Reply-To", value: ({ replyTo }) => (replyTo === undefined ? null : { name: "", address: replyTo }) },
  { name: "Subject", value: ({ subject }) => headerText(subject) },
  { name: "Date", value: ({ date }) => date.toUTCString().replace("GMT", "+0000") },
  { name: "Message-ID", value: OF_READER },
  { name: "List-Id", value: ({ listName, listId }) => `${phrase(listName)} <${listId}>`.trimStart() },
  { name: "List-Unsubscribe", value: OF_READER },
  { name: "List-Unsubscribe-Post", value: OF_READER },
  // RFC 2369 sections 3.1, 3.5, 3.6. No List-Post: nobody can post to this list.
  { name: "List-Help", value: ({ listHelp }) => (listHelp === undefined ? null : bracketed([listHelp])) },
  { name: "List-Owner", value: ({ listOwner }) => (listOwner === undefined ? null : bracketed([listOwner])) },
  { name: "List-Archive", value: ({ listArchive }) => (listArchive === undefined ? null : bracketed([listArchive])) },
  { name: "Feedback-ID", value: feedbackField },
  // RFC 3834 section 5, and the same said to Exchange and to old vacation programs: please no automatic answers.
  { name: "Auto-Submitted", value: () => "auto-generated" },
  { name: "X-Auto-Response-Suppress", value: () => "OOF, AutoReply" },
  { name: "Precedence", value: () => "bulk" },
  { name: "MIME-Version", value: () => "1.0" },
];

/** What the headers that differ from reader to reader are made from. */
export interface ReaderFacts {
  readonly to: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly links: ReaderLinks;
}

/** The header fields that differ from reader to reader, folded, by name; null leaves the field out. */
export const READER_HEADERS: Readonly<Record<string, (facts: ReaderFacts) => string | null>> = {
  To: ({ to }) => `To: ${to}`,
  "Message-ID": ({ messageId }) => `Message-ID: ${messageId}`,
  "List-Unsubscribe": ({ links: { unsubscribeUrl, unsubscribeMailto } }) => {
    // All ways in one field (RFC 2369 section 3.2), the better one first.
    const ways = [unsubscribeUrl, unsubscribeMailto].filter((way) => way !== null);
    return ways.length === 0 ? null : `List-Unsubscribe: ${bracketed(ways, ",\r\n ")}`;
  },
  // RFC 8058 section 3.1: only beside an https address.
  "List-Unsubscribe-Post": ({ links }) =>
    links.unsubscribeUrl === null ? null : "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
};

/** Google's form: three free fields and a sender that never changes; what it counts complaints by. No personal data. */
function feedbackField({ feedbackId, letter }: HeaderFacts): string | null {
  if (feedbackId === undefined) {
    return null;
  }
  if (!/^[a-z0-9]{5,15}$/i.test(feedbackId)) {
    throw new PaperboyError("config-invalid", {
      message: `the feedback id ${JSON.stringify(feedbackId)} is not 5 to 15 letters or digits`,
      hint: "Choose a short name once and keep it, such as `paperboy`.",
    });
  }
  return `${editionSlug(letter.editionId)}:list::${feedbackId}`;
}

/**
 * Text from a page as it may stand in a header: one line, no control characters, none that turn the direction of text
 * or are invisible on purpose. Joiners stay, for emoji and Indic scripts are written with them. What looks like an
 * encoded word (RFC 2047) is encoded itself, so that a mail client shows it as it stood on the page.
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

/** A display name as a phrase (RFC 5322 section 3.2.5): plain words, or encoded words where it has other signs. */
function phrase(text: string): string {
  const clean = headerText(text);
  return /^[\w ]*$/.test(clean) || clean.startsWith("=?") ? clean : encodeWord(clean, "Q", 52);
}

/**
 * Addresses in angle brackets (RFC 2369 section 2).
 * @throws PaperboyError config-invalid when one is neither mailto: nor https:, or could break out of its brackets.
 */
function bracketed(addresses: readonly string[], between = ", "): string {
  for (const address of addresses) {
    if (!/^(?:mailto:|https:\/\/)[!-+\--;=?-~]+$/.test(address)) {
      throw new PaperboyError("config-invalid", {
        message: `the address ${JSON.stringify(address)} cannot stand in a header`,
        hint: "Give a mailto: or https: address without spaces, commas or angle brackets.",
      });
    }
  }
  return addresses.map((address) => `<${address}>`).join(between);
}

/** What all Message-IDs of an edition have in common. */
export interface MessageIdParts {
  readonly listId: string;
  readonly editionId: string;
  readonly from: string;
  /** What sets a test letter apart from the real one and from the test before; null for a real letter. */
  readonly test: string | null;
}

/**
 * Makes Message-IDs, with angle brackets, for readers: today by address, later by whatever stays the same when that changes.
 * The same for every try to send the same edition to the same reader, so that a second copy can be recognised, and without
 * the key nobody can tell from it who the reader is.
 */
export function messageIds(key: Uint8Array, parts: MessageIdParts): (reader: string) => string {
  const { listId, editionId, from, test } = parts;
  const mac = macBy(key);
  // A list in JSON: where one part ends and the next begins is beyond doubt.
  const before = `${JSON.stringify([listId, editionId]).slice(0, -1)},`;
  const after = test === null ? "]" : `,${JSON.stringify(["test", test]).slice(1)}`;
  const right = `.${editionSlug(editionId)}@${domainOf(from)}>`;
  return (reader) => `<${shortened(mac(before + JSON.stringify(reader) + after, "hex"))}${right}`;
}

/** The first 160 bits as 32 characters of lower case base32hex (RFC 4648 section 7). */
function shortened(hex: string): string {
  // Base 32 with the digits 0-9a-v is base32hex, and 160 bits fill 32 digits without rest.
  return BigInt(`0x${hex.slice(0, 40)}`)
    .toString(32)
    .padStart(32, "0");
}

/**
 * The List-Id for an installation that configured none: RFC 2919 section 3 asks for 32 hex digits before `localhost`.
 * They come from the key, so they stay the same as long as the key does.
 */
export function defaultListId(key: Buffer): string {
  return `daily.${macBy(key)("list-id", "hex").slice(0, 32)}.localhost`;
}
