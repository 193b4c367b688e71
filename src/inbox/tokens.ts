import { checkToken } from "../core/tokens.js";
import type { TokenKeys, TokenPurpose } from "../core/tokens.js";
import { allOf } from "./fields.js";
import type { Fields } from "./fields.js";

/** What the inbox knows of itself: how to tell what is ours from what only looks like it. */
export interface Identity {
  readonly keys: TokenKeys;
  readonly now: Date;
  /** The domain of return paths, `delivery.bounceDomain`; null: letters have none of their own. */
  readonly bounceDomain: string | null;
  /** The address for wishes, `unsubscribeAddress`, in lower case; null when there is none. */
  readonly address: string | null;
  /** Addresses that mails of ours come from, in lower case: they are not answered. */
  readonly own: ReadonlySet<string>;
}

/** Where the servers on the way write whom a mail was for; the last two are the sender's own words. */
const RECIPIENTS = ["delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "to", "cc"] as const;

/** So many addresses are looked at: each may cost a signature. */
const MOST_ADDRESSES = 50;

/** Addresses in the text of these fields, as they are written. */
function addressesIn(fields: Fields, names: readonly string[]): readonly string[] {
  const texts = allOf(fields, names).flatMap((text) => text.match(/[\w.+=-]{1,100}@[\w.-]{1,253}/g) ?? []);
  return texts.slice(0, MOST_ADDRESSES);
}

/** What stands behind the plus of an address such as `b+TOKEN@bounces.example.org`; null when it is another address. */
function tagOf(address: string, { local, domain }: { readonly local: string; readonly domain: string }): string | null {
  const at = address.lastIndexOf("@");
  const isThere = address.slice(at + 1).toLowerCase() === domain.toLowerCase();
  const [name = "", tag = null] = address.slice(0, at).split(/\+(.*)/s);
  return isThere && name.toLowerCase() === local.toLowerCase() ? tag : null;
}

/** The number that a token carries, if we signed it for this purpose; null otherwise. */
export function subjectOf(token: string, purpose: TokenPurpose, { keys, now }: Identity): number | null {
  // Tokens have at most 34 characters.
  const checked = token.length <= 40 ? checkToken(token, { purpose, keys, now }) : null;
  return checked?.ok ? checked.subscriberId : null;
}

/** The return paths of ours that a header names. */
function returnPaths(fields: Fields, names: readonly string[], { bounceDomain }: Identity): readonly string[] {
  if (bounceDomain === null) return [];
  return addressesIn(fields, names)
    .map((address) => tagOf(address, { local: "b", domain: bounceDomain }))
    .filter((tag) => tag !== null);
}

/** Whether a mail was sent to a return path: whoever does that gets no answer. */
export function isAtReturnPath(header: Fields, identity: Identity): boolean {
  return returnPaths(header, RECIPIENTS, identity).length > 0;
}

/**
 * Whose letter a report is about: the return path that it was sent to, or what the letter that it sends back carries, its
 * return path or its links to leave. Only what we signed counts; addresses are words.
 */
export function reportedReader(header: Fields, original: Fields, identity: Identity): number | null {
  const bounced = [
    ...returnPaths(header, RECIPIENTS, identity),
    ...returnPaths(original, ["return-path", "x-original-mail-from"], identity),
  ];
  const found = firstNumber(bounced, "bounce", identity);
  if (found !== null) return found;
  const links = allOf(original, ["list-unsubscribe"]).flatMap((text) => text.match(/[\w-]{23,34}/g) ?? []);
  return firstNumber(links.slice(0, MOST_ADDRESSES), "unsubscribe", identity);
}

function firstNumber(tokens: readonly string[], purpose: TokenPurpose, identity: Identity): number | null {
  for (const token of tokens) {
    const number = subjectOf(token, purpose, identity);
    if (number !== null) return number;
  }
  return null;
}

/** Who leaves by a mail to `leave+TOKEN@...`; null when it was sent to no such address. */
export function leaverAddressed(header: Fields, identity: Identity): number | null {
  const { address } = identity;
  if (address === null) return null;
  const at = address.lastIndexOf("@");
  const own = { local: address.slice(0, at), domain: address.slice(at + 1) };
  const tags = addressesIn(header, RECIPIENTS)
    .map((one) => tagOf(one, own))
    .filter((tag) => tag !== null);
  return firstNumber(tags, "unsubscribe", identity);
}
