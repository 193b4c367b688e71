import { domainToASCII } from "node:url";

/** A valid address, or the reason why it is invalid, as the end of a sentence: "this address ...". */
export type ParsedAddress =
  | { readonly ok: true; readonly address: string; readonly needsSmtpUtf8: boolean }
  | { readonly ok: false; readonly why: string };

/** A sender: `Paperboy <paperboy@example.org>`. */
export interface Mailbox {
  /** The display name, without quotes or encoding; null if there is none. */
  readonly name: string | null;
  readonly address: string;
}

export type ParsedMailbox =
  { readonly ok: true; readonly mailbox: Mailbox } | { readonly ok: false; readonly why: string };

interface Rule {
  readonly matches: (text: string) => boolean;
  readonly why: string;
}

/** Rules for the whole address. The first one that matches is reported, so the clearest reasons come first. */
const WHOLE: readonly Rule[] = [
  { matches: (text) => text === "", why: "is empty" },
  {
    matches: (text) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text),
    why: "contains a control or invisible character",
  },
  { matches: (text) => /\s/u.test(text), why: "contains a space: write only the address, such as you@example.com" },
  { matches: (text) => /[<>]/.test(text), why: "is in angle brackets: write only the address" },
  { matches: (text) => /[,;:]/.test(text), why: "is a list or a group: write one address at a time" },
  { matches: (text) => /["()\\]/.test(text), why: "contains a quoted part or a comment" },
  { matches: (text) => text.split("@").length !== 2, why: "does not have exactly one @" },
];

/** A dot-atom (RFC 5322 section 3.2.3), extended to printable non-ASCII characters (RFC 6531 section 3.3). */
const DOT_ATOM = /^[\w#$&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w#$&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u;

const LOCAL: readonly Rule[] = [
  { matches: (local) => local === "", why: "has nothing before the @" },
  // RFC 5321 section 4.5.3.1.1; octets, not characters.
  { matches: (local) => Buffer.byteLength(local) > 64, why: "has more than 64 bytes before the @" },
  // Some mail software decodes an encoded word even here and then sends to another address.
  { matches: (local) => local.includes("=?"), why: "contains an encoded word before the @" },
  // Source routing (user%host, host!user): a relay that still supports it would send to another address.
  { matches: (local) => /[%!]/.test(local), why: "contains % or ! before the @" },
  { matches: (local) => !DOT_ATOM.test(local), why: "has characters or dots before the @ that are not allowed" },
];

/**
 * Letters, marks, digits, hyphens and dots. Other characters are refused, because the IDNA conversion would map many of them to
 * these.
 */
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Returns the domain as lower-case A-labels (RFC 5890); null for an IP address and anything else that is not a domain name. */
function normalDomain(text: string): string | null {
  if (!DOMAIN_TEXT.test(text)) {
    return null;
  }
  // The result is checked too, because the conversion maps some letters to other characters.
  const ascii = domainToASCII(text);
  const labels = ascii.split(".");
  const isNumeric = /^\d+$/.test(labels.at(-1) ?? "");
  return ascii.length <= 253 && !isNumeric && labels.every((label) => LABEL.test(label)) ? ascii : null;
}

/** Names that every machine resolves to itself (RFC 6761 section 6.3), and the default name of some distributions. */
const THIS_MACHINE = /(?:^|\.)localhost$|^localhost\.localdomain$/;

function firstReason(rules: readonly Rule[], text: string): string | null {
  return rules.find((rule) => rule.matches(text))?.why ?? null;
}

export interface AddressOptions {
  /** Whether mail stays on this machine, so that addresses at `localhost` are accepted. */
  readonly isLocal?: boolean;
}

/**
 * Matches nearly every address, which then skips the rules above, because they would accept it unchanged. Excludes two hyphens
 * in a row, which may be part of an A-label.
 */
const PLAIN =
  /^(?=.{1,254}$)(?=[^@]{1,64}@)[\w+-]+(?:\.[\w+-]+)*@(?!.*--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Parses one address strictly: a single addr-spec with a dot-atom and a domain name (a subset of RFC 5321 section 4.1.2).
 * Rejects quoted parts, comments, display names, lists, routes and address literals, because each of these has been used to
 * redirect mail. Also rejects domains that are not fully qualified (RFC 5321 section 2.3.5), such as that of `a@b`. Returns the
 * domain as lower-case A-labels and the local part unchanged.
 */
export function parseAddress(text: string, options: AddressOptions = {}): ParsedAddress {
  return PLAIN.test(text) && !text.includes("localhost")
    ? { ok: true, address: text, needsSmtpUtf8: false }
    : parseStrictly(text, options);
}

function parseStrictly(text: string, { isLocal = false }: AddressOptions): ParsedAddress {
  const reason = firstReason(WHOLE, text);
  if (reason !== null) {
    return { ok: false, why: reason };
  }
  const at = text.indexOf("@");
  const local = text.slice(0, at);
  const localReason = firstReason(LOCAL, local);
  if (localReason !== null) {
    return { ok: false, why: localReason };
  }
  const domain = normalDomain(text.slice(at + 1));
  if (domain === null) {
    return { ok: false, why: "has no valid domain name after the @" };
  }
  if (THIS_MACHINE.test(domain) ? !isLocal : !domain.includes(".")) {
    return { ok: false, why: "has no full domain after the @, such as example.com" };
  }
  const address = `${local}@${domain}`;
  // RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, including its angle brackets.
  return Buffer.byteLength(address) > 254
    ? { ok: false, why: "is longer than 254 bytes" }
    : { ok: true, address, needsSmtpUtf8: needsSmtpUtf8(address) };
}

/** Returns whether a mail server must offer SMTPUTF8 (RFC 6531) to accept this address. */
export function needsSmtpUtf8(address: string): boolean {
  return /[^\p{ASCII}]/u.test(address);
}

/** Returns the domain of an address that `parseAddress` accepted. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

const QUOTED_NAME = /^"((?:[^"\\]|\\.)*)"$/u;
const PLAIN_NAME = /^[^"<>@,;:\\()]*$/u;

/** Returns the name without its quotes; null if it is ambiguous. */
function readName(text: string): string | null {
  const quoted = QUOTED_NAME.exec(text)?.[1];
  if (quoted !== undefined) {
    return quoted.replaceAll(/\\(.)/gu, "$1").trim();
  }
  return PLAIN_NAME.test(text) ? text : null;
}

/**
 * Parses a sender from the configuration: `you@example.com`, `Name <you@example.com>` or `"Name, Jr." <you@example.com>`.
 * `parseAddress` must accept the address. The name may have up to 200 characters, without control and invisible ones.
 */
export function parseMailbox(text: string, options: AddressOptions = {}): ParsedMailbox {
  const trimmed = text.trim();
  const parts = /^(.*)<([^<>]*)>$/su.exec(trimmed);
  const address = parseAddress(parts?.[2] ?? trimmed, options);
  if (!address.ok) {
    return address;
  }
  const name = readName((parts?.[1] ?? "").trim());
  if (name === null) {
    return { ok: false, why: 'has a name with characters that need quotes: write "Name, Jr." <you@example.com>' };
  }
  if (name.length > 200 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)) {
    return { ok: false, why: "has a name that is too long or contains a control or invisible character" };
  }
  return { ok: true, mailbox: { name: name === "" ? null : name, address: address.address } };
}
