import { checkToken } from "../core/tokens.js";
import type { TokenKeys, TokenPurpose } from "../core/tokens.js";
import { allOf } from "./fields.js";
import type { Fields } from "./fields.js";

/** The keys, the domain and the addresses that identify mail of this installation. */
export interface InboxIdentity {
  readonly keys: TokenKeys;
  readonly now: Date;
  /** The domain of return paths, `delivery.bounceDomain`; null if letters have no individual return path. */
  readonly bounceDomain: string | null;
  /** The address for commands, `unsubscribeAddress`, in lower case; null without one. */
  readonly address: string | null;
  /** The address keys of our own senders. Mails from them get no reply. */
  readonly own: ReadonlySet<string>;
}

/** Fields that name the recipient. Mail servers add all but the last two, which the sender writes. */
const RECIPIENTS = ["delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "to", "cc"] as const;

/** The maximum number of addresses of a mail that are checked, since each may require a signature. */
const MAX_ADDRESSES = 50;

function addressesIn(fields: Fields, names: readonly string[]): readonly string[] {
  const texts = allOf(fields, names).flatMap((text) => text.match(/[\w.+=-]{1,100}@[\w.-]{1,253}/g) ?? []);
  return texts.slice(0, MAX_ADDRESSES);
}

/** Returns the part after the plus of `b+TOKEN@bounces.example.org`; null for any other address. */
function tagOf(address: string, { local, domain }: { readonly local: string; readonly domain: string }): string | null {
  const at = address.lastIndexOf("@");
  const isOurs = address.slice(at + 1).toLowerCase() === domain.toLowerCase();
  const [name = "", tag = null] = address.slice(0, at).split(/\+(.*)/s);
  return isOurs && name.toLowerCase() === local.toLowerCase() ? tag : null;
}

/** Returns the id that a token carries, if this installation signed it for this purpose; otherwise null. */
export function subjectOf(token: string, purpose: TokenPurpose, { keys, now }: InboxIdentity): number | null {
  // Tokens have at most 34 characters.
  const checked = token.length <= 40 ? checkToken(token, { purpose, keys, now }) : null;
  return checked?.ok ? checked.subscriberId : null;
}

/** Returns the tokens of our return paths in these fields. */
function returnPaths(fields: Fields, names: readonly string[], { bounceDomain }: InboxIdentity): readonly string[] {
  if (bounceDomain === null) return [];
  return addressesIn(fields, names)
    .map((address) => tagOf(address, { local: "b", domain: bounceDomain }))
    .filter((tag) => tag !== null);
}

/** Whether a mail was sent to one of our return paths. Such mails are never answered. */
export function isAtReturnPath(header: Fields, identity: InboxIdentity): boolean {
  return returnPaths(header, RECIPIENTS, identity).length > 0;
}

/**
 * Returns the id of the subscriber whose letter a report is about; null if no valid token identifies one. The token is in the
 * return path to which the report was sent, or in the return path or the unsubscribe links of the returned letter.
 */
export function reportedSubscriber(header: Fields, original: Fields, identity: InboxIdentity): number | null {
  const bounced = [
    ...returnPaths(header, RECIPIENTS, identity),
    ...returnPaths(original, ["return-path", "x-original-mail-from"], identity),
  ];
  const found = firstSubject(bounced, "bounce", identity);
  if (found !== null) return found;
  const links = allOf(original, ["list-unsubscribe"]).flatMap((text) => text.match(/[\w-]{23,34}/g) ?? []);
  return firstSubject(links.slice(0, MAX_ADDRESSES), "unsubscribe", identity);
}

function firstSubject(tokens: readonly string[], purpose: TokenPurpose, identity: InboxIdentity): number | null {
  for (const token of tokens) {
    const id = subjectOf(token, purpose, identity);
    if (id !== null) return id;
  }
  return null;
}

/** Returns the id of the subscriber whose token is in the address `leave+TOKEN@...`; null for a mail to any other address. */
export function subscriberOfLeaveAddress(header: Fields, identity: InboxIdentity): number | null {
  const { address } = identity;
  if (address === null) return null;
  const at = address.lastIndexOf("@");
  const own = { local: address.slice(0, at), domain: address.slice(at + 1) };
  const tags = addressesIn(header, RECIPIENTS)
    .map((found) => tagOf(found, own))
    .filter((tag) => tag !== null);
  return firstSubject(tags, "unsubscribe", identity);
}
