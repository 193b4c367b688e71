import { createHmac } from "node:crypto";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import { PaperboyError } from "../errors.js";
import { domainOf, type Mailbox } from "./address.js";
import { editionSlug } from "./names.js";

/** What the headers of one message are made from. */
export interface HeaderFacts {
  readonly from: Mailbox;
  readonly replyTo: string | null;
  readonly to: string;
  readonly subject: string;
  readonly date: Date;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly listName: string;
  /** Without angle brackets: `daily.papers.example.org`. */
  readonly listId: string;
  /** `mailto:` and `https:` addresses; empty when nothing is configured. */
  readonly listUnsubscribe: readonly string[];
}

/** A header's value: text, or an address with its name; null leaves the header out. */
type HeaderValue = string | { readonly name: string; readonly address: string } | null;

interface Header {
  readonly name: string;
  readonly value: (facts: HeaderFacts) => HeaderValue;
}

/** The headers of a letter, in the order in which they are written. MIME's own (Content-Type) come with the body. */
export const HEADERS: readonly Header[] = [
  { name: "From", value: ({ from }) => ({ name: from.name ?? "", address: from.address }) },
  { name: "To", value: ({ to }) => ({ name: "", address: to }) },
  { name: "Reply-To", value: ({ replyTo }) => (replyTo === null ? null : { name: "", address: replyTo }) },
  { name: "Subject", value: ({ subject }) => headerText(subject) },
  { name: "Date", value: ({ date }) => date.toUTCString().replace("GMT", "+0000") },
  { name: "Message-ID", value: ({ messageId }) => messageId },
  { name: "List-Id", value: ({ listName, listId }) => `${phrase(listName)} <${listId}>`.trimStart() },
  { name: "List-Unsubscribe", value: ({ listUnsubscribe }) => unsubscribeField(listUnsubscribe) },
  // RFC 3834 section 5, and the same said to Exchange and to old vacation programs: please no automatic answers.
  { name: "Auto-Submitted", value: () => "auto-generated" },
  { name: "X-Auto-Response-Suppress", value: () => "OOF, AutoReply" },
  { name: "Precedence", value: () => "bulk" },
  { name: "MIME-Version", value: () => "1.0" },
];

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
 * All ways to unsubscribe in one field (RFC 2369 section 3.2), or null when there is none.
 * @throws PaperboyError config-invalid when one is neither mailto: nor https:, or could break out of its brackets.
 */
function unsubscribeField(addresses: readonly string[]): string | null {
  for (const address of addresses) {
    if (!/^(?:mailto:|https:\/\/)[\x21-\x7E]+$/.test(address) || /[<>,]/.test(address)) {
      throw new PaperboyError("config-invalid", {
        message: `the unsubscribe address ${JSON.stringify(address)} cannot stand in a header`,
        hint: "Give a mailto: or https: address without spaces, commas or angle brackets.",
      });
    }
  }
  return addresses.length === 0 ? null : addresses.map((address) => `<${address}>`).join(", ");
}

/** A keyed hash as 32 characters of lower case base32hex (RFC 4648 section 7): 160 bits. */
function keyedHash(key: Buffer, parts: readonly string[]): string {
  const bits = createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, 40);
  // Base 32 with the digits 0-9a-v is base32hex, and 160 bits fill 32 digits without rest.
  return BigInt(`0x${bits}`).toString(32).padStart(32, "0");
}

/** What makes a message one of its kind. */
export interface MessageIdParts {
  readonly listId: string;
  readonly editionId: string;
  /** The reader: today the address, later whatever stays the same when it changes. */
  readonly reader: string;
  readonly from: string;
  /** What sets a test letter apart from the real one and from the test before; null for a real letter. */
  readonly test: string | null;
}

/**
 * The Message-ID, with angle brackets: the same for every try to send the same edition to the same reader, so that a
 * second copy can be recognised, and without the key nobody can tell from it who the reader is.
 */
export function messageIdFor(key: Buffer, { listId, editionId, reader, from, test }: MessageIdParts): string {
  const hash = keyedHash(key, test === null ? [listId, editionId, reader] : [listId, editionId, reader, "test", test]);
  return `<${hash}.${editionSlug(editionId)}@${domainOf(from)}>`;
}

/**
 * The List-Id for an installation that configured none: RFC 2919 section 3 asks for 32 hex digits before `localhost`.
 * They come from the key, so they stay the same as long as the key does.
 */
export function defaultListId(key: Buffer): string {
  return `daily.${createHmac("sha256", key).update("list-id").digest("hex").slice(0, 32)}.localhost`;
}
