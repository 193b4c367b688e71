import { domainToASCII } from "node:url";

/** An address that passed the door, or why it did not (a phrase that completes "this address ..."). */
export type ParsedAddress =
  | { readonly ok: true; readonly address: string; readonly needsSmtpUtf8: boolean }
  | { readonly ok: false; readonly why: string };

/** A person or a list as a sender: `Paperboy <paperboy@example.org>`. */
export interface Mailbox {
  /** The display name as it is read, neither quoted nor encoded; null when there is none. */
  readonly name: string | null;
  readonly address: string;
}

export type ParsedMailbox =
  { readonly ok: true; readonly mailbox: Mailbox } | { readonly ok: false; readonly why: string };

interface Rule {
  readonly broken: (text: string) => boolean;
  readonly why: string;
}

/** What no address may hold, in the order in which it is reported: the most telling reason first. */
const WHOLE: readonly Rule[] = [
  { broken: (text) => text === "", why: "is empty" },
  { broken: (text) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text), why: "holds a control or invisible character" },
  { broken: (text) => /\s/u.test(text), why: "holds a space: write the bare address, such as you@example.com" },
  { broken: (text) => /[<>]/.test(text), why: "is in angle brackets: write the bare address" },
  { broken: (text) => /[,;:]/.test(text), why: "is a list or a group: give one address at a time" },
  { broken: (text) => /["()\\]/.test(text), why: "holds a quoted part or a comment" },
  { broken: (text) => text.split("@").length !== 2, why: "does not have exactly one @" },
];

/** A dot-atom (RFC 5322 section 3.2.3), widened to printable characters beyond ASCII (RFC 6531 section 3.3). */
const DOT_ATOM = /^[\w#$&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w#$&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u;

const LOCAL: readonly Rule[] = [
  { broken: (local) => local === "", why: "has nothing before the @" },
  // RFC 5321 section 4.5.3.1.1; octets, not characters.
  { broken: (local) => Buffer.byteLength(local) > 64, why: "has more than 64 bytes before the @" },
  // Some mail software decodes an encoded word even here, and then mails somebody else.
  { broken: (local) => local.includes("=?"), why: "holds an encoded word before the @" },
  // Old routing tricks (user%host, host!user): a relay that still honours them would mail somebody else.
  { broken: (local) => /[%!]/.test(local), why: "holds % or ! before the @" },
  { broken: (local) => !DOT_ATOM.test(local), why: "has characters or dots before the @ that no plain address has" },
];

/** Letters, marks, digits, hyphens and dots: all that may reach the IDNA conversion, which would map much else. */
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The domain as lower case A-labels (RFC 5890), or null when it is none; an IP address is none. */
function normalDomain(text: string): string | null {
  if (!DOMAIN_TEXT.test(text)) {
    return null;
  }
  // Checked by the same grammar again: the conversion maps some letters to other signs.
  const ascii = domainToASCII(text);
  const labels = ascii.split(".");
  const numbersAlone = /^\d+$/.test(labels.at(-1) ?? "");
  return ascii.length <= 253 && !numbersAlone && labels.every((label) => LABEL.test(label)) ? ascii : null;
}

function firstBroken(rules: readonly Rule[], text: string): string | null {
  return rules.find((rule) => rule.broken(text))?.why ?? null;
}

/**
 * What nearly every address looks like. All rules above let it pass and change nothing of it, so it need not be held
 * against each. No two hyphens in a row: they may begin what only IDNA can read.
 */
const PLAIN =
  /^(?=.{1,254}$)(?=[^@]{1,64}@)[\w+-]+(?:\.[\w+-]+)*@(?!.*--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Reads one address strictly: a single addr-spec with a dot-atom and a domain name (RFC 5321 section 4.1.2, narrowed).
 * Quoted parts, comments, display names, lists, routes and address literals are refused, because each of them has
 * been used to mail somebody else. The domain comes back in lower case A-labels, the local part as it was.
 */
export function parseAddress(text: string): ParsedAddress {
  return PLAIN.test(text) ? { ok: true, address: text, needsSmtpUtf8: false } : parseStrictly(text);
}

function parseStrictly(text: string): ParsedAddress {
  const broken = firstBroken(WHOLE, text);
  if (broken !== null) {
    return { ok: false, why: broken };
  }
  const at = text.indexOf("@");
  const local = text.slice(0, at);
  const brokenLocal = firstBroken(LOCAL, local);
  if (brokenLocal !== null) {
    return { ok: false, why: brokenLocal };
  }
  const domain = normalDomain(text.slice(at + 1));
  if (domain === null) {
    return { ok: false, why: "has no valid domain name after the @" };
  }
  const address = `${local}@${domain}`;
  // RFC 5321 section 4.5.3.1.3: a path has 256 octets with its angle brackets.
  return Buffer.byteLength(address) > 254
    ? { ok: false, why: "is longer than 254 bytes" }
    : { ok: true, address, needsSmtpUtf8: needsSmtpUtf8(address) };
}

/** Whether a mail server must offer SMTPUTF8 (RFC 6531) to take this address. */
export function needsSmtpUtf8(address: string): boolean {
  return /[^\p{ASCII}]/u.test(address);
}

/** The domain of an address that `parseAddress` accepted. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

const QUOTED_NAME = /^"((?:[^"\\]|\\.)*)"$/u;
const PLAIN_NAME = /^[^"<>@,;:\\()]*$/u;

/** The name without its quotes, or null when it is not one that can be read in one way only. */
function readName(text: string): string | null {
  const quoted = QUOTED_NAME.exec(text)?.[1];
  if (quoted !== undefined) {
    return quoted.replaceAll(/\\(.)/gu, "$1").trim();
  }
  return PLAIN_NAME.test(text) ? text : null;
}

/**
 * Reads a sender from the configuration: `you@example.com`, `Name <you@example.com>` or `"Name, Jr." <you@example.com>`.
 * The address obeys `parseAddress`; the name holds no control or invisible character and at most 200 characters.
 */
export function parseMailbox(text: string): ParsedMailbox {
  const trimmed = text.trim();
  const parts = /^(.*)<([^<>]*)>$/su.exec(trimmed);
  const address = parseAddress(parts?.[2] ?? trimmed);
  if (!address.ok) {
    return address;
  }
  const name = readName((parts?.[1] ?? "").trim());
  if (name === null) {
    return { ok: false, why: 'has a name with signs that need quotes: write "Name, with signs" <you@example.com>' };
  }
  if (name.length > 200 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)) {
    return { ok: false, why: "has a name that is too long or holds a control or invisible character" };
  }
  return { ok: true, mailbox: { name: name === "" ? null : name, address: address.address } };
}
