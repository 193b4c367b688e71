import PostalMime from "postal-mime";
import { parseAddress } from "../send/message/address.js";
import { collectFields } from "./fields.js";
import type { Fields } from "./fields.js";
import { reportOf } from "./report.js";
import type { Report } from "./report.js";

/** The parts of a mail that classification uses. None of them is authenticated: a sender can write anything. */
export interface IncomingMail {
  readonly header: Fields;
  /** The address in From, valid by the strict grammar of addresses; null if there is none or more than one. */
  readonly from: string | null;
  readonly subject: string;
  /** The first line of the text that is not blank. */
  readonly firstLine: string;
  readonly report: Report | null;
}

/** The number of bytes that are read of a mail. In a report, the status precedes the returned mail. */
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
      from: senderOf(header),
      subject: onOneLine(email.subject ?? ""),
      firstLine: firstLineOf(email.text ?? ""),
      report: reportOf({ email, header, raw: raw.subarray(0, MAX_BYTES) }),
    };
  } catch {
    // postal-mime refuses mails beyond LIMITS and may fail on hostile input.
    return null;
  }
}

/**
 * A mail with a longer From field gets no reply. This limit is below that of `collectFields`, so no second address is cut off
 * before the check.
 */
const MAX_FROM = 1000;

/**
 * Returns the sender if From has the form `address` or `Name <address>` and contains no second address, with which the
 * recipient of a reply would be ambiguous. Mail parsers disagree about every other form.
 */
function senderOf(header: Fields): string | null {
  const [field = "", ...others] = header.get("from") ?? [];
  if (others.length > 0 || field.length > MAX_FROM || /(?!\t)\p{Cc}/u.test(field)) return null;
  const bare = field.replaceAll(/"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)/g, " ").trim();
  const [, name = "", address = bare] = /^([^<>]*)<([^<>]*)>$/.exec(bare) ?? [];
  // Some programs repeat the address as the name.
  if (/[@:;]/.test(name) && name.trim() !== address) return null;
  const parsed = parseAddress(address);
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
