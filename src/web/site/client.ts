import { createHmac } from "node:crypto";
import { BlockList, isIP, isIPv6 } from "node:net";
import { accepts } from "hono/accepts";
import { isLoopback } from "../../core/url.js";
import type { RequestContext, SiteContext } from "../context.js";

/** Returns whether an IP address belongs to a list of addresses and networks. */
export type AddressMatcher = (address: string) => boolean;

/**
 * Parses IP addresses and networks such as `10.0.0.0/8` or `::1`.
 * @throws RangeError that names the invalid entry.
 */
export function parseNetworks(texts: readonly string[]): AddressMatcher {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits, ...rest] = text.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const length = bits === undefined ? null : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    const fits = length === null || length <= (family === "ipv6" ? 128 : 32);
    if (isIP(address) === 0 || !fits || rest.length > 0) {
      throw new RangeError(`${JSON.stringify(text)} is not an IP address or network`);
    }
    if (length === null) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/**
 * Returns the client's IP address. Clients can forge X-Forwarded-For, so only entries added by trusted proxies count: reading
 * from the right, the first address that does not belong to a trusted proxy.
 * @param remote address of the other end of the connection.
 */
export function clientAddress(remote: string, forwardedFor: string | undefined, isTrusted: AddressMatcher): string {
  let client = unmapped(remote);
  for (const hop of (forwardedFor ?? "").split(",").toReversed()) {
    const address = unmapped(hop.trim());
    if (!isTrusted(client) || isIP(address) === 0) break;
    client = address;
  }
  return client;
}

/** Fields that proxies add (RFC 7239; RFC 9110, section 7.6.3; and those in use before them). */
const PROXY_FIELDS =
  /^(?:forwarded|via|x-forwarded\b.*|x-original\b.*|x-real-ip|x-(?:proxy|envoy|amzn?)-.*|(?:.*-)?client-ip|cf-.*)$/;

/** What a request shows of its way here. */
export interface RequestOrigin {
  readonly remote: string;
  readonly client: string;
  /** Names of the header fields, in lower case. */
  readonly fields: readonly string[];
  /** Host name that the request is addressed to, as in its URL. */
  readonly hostname: string;
  readonly httpVersion: string;
}

/**
 * Returns whether a proxy passed the request on and the client is unknown. Signs of it are a field that proxies add, HTTP/1.0, which
 * nginx uses by default, and on this machine a host name of another one.
 */
export function isClientHidden({ remote, client, fields, hostname, httpVersion }: RequestOrigin): boolean {
  if (client !== unmapped(remote)) return false;
  const isElsewhere = isLoopback(client) && !isLoopback(hostname);
  return isElsewhere || httpVersion === "1.0" || fields.some((field) => PROXY_FIELDS.test(field));
}

/** Turns an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) into the IPv4 address. */
function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * Returns the key of a client's rate limits: a keyed hash, so that no IP address is stored. All addresses of an IPv6 /64
 * network share one key, because a household usually gets at least a /64 (RFC 6177).
 */
export function clientKey(client: string, secret: Uint8Array): string {
  return createHmac("sha256", secret)
    .update(`visitor ${networkPrefix(client)}`)
    .digest("base64url")
    .slice(0, 22);
}

function networkPrefix(client: string): string {
  if (!isIPv6(client)) return client;
  const [head = "", tail] = client.toLowerCase().replace(/%.*$/, "").split("::");
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail ?? "")];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

function groups(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

/** Returns the site with its pages in the visitor's language (RFC 9110, section 12.5.4), if it is available in it. */
export function inVisitorsLanguage(context: RequestContext, site: SiteContext): SiteContext {
  const { language, languages } = site.pages;
  const found = accepts(context, {
    header: "Accept-Language",
    supports: [...languages],
    default: language,
    match: (accepted, { supports }) => {
      const wanted = accepted.filter(({ q }) => q > 0).toSorted((one, other) => other.q - one.q);
      return wanted.map(({ type }) => bestOf(supports, type)).find((tag) => tag !== undefined) ?? language;
    },
  });
  return found === language ? site : { ...site, pages: site.pages.in(found) };
}

/** The maximum number of parts of a language tag that are compared: language, script and region. */
const MAX_PARTS = 3;

/** Looks up a language tag (RFC 4647, section 3.4): `de-AT` finds `de-AT`, or else `de`. */
function bestOf(tags: readonly string[], wanted: string): string | undefined {
  const parts = wanted.toLowerCase().split("-", MAX_PARTS);
  const ranges = parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
  return ranges.map((range) => tags.find((tag) => tag.toLowerCase() === range)).find((tag) => tag !== undefined);
}
