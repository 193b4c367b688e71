import { createHmac } from "node:crypto";
import { BlockList, isIP, isIPv6 } from "node:net";

/** Addresses and networks, to be asked whether one is among them. */
export type Networks = (address: string) => boolean;

/**
 * Reads addresses and networks such as `10.0.0.0/8` or `::1`.
 * @throws RangeError naming the one that is neither.
 */
export function readNetworks(texts: readonly string[]): Networks {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits, ...rest] = text.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const length = bits === undefined ? null : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    const fits = length === null || length <= (family === "ipv6" ? 128 : 32);
    if (isIP(address) === 0 || !fits || rest.length > 0) throw new RangeError(`${text} is no address and no network`);
    if (length === null) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/**
 * Who asks. Anybody can write X-Forwarded-For, so only what trusted proxies added to its end counts: from the right, the
 * first address that is not a trusted proxy's.
 * @param remote the other end of the connection.
 */
export function clientOf(remote: string, forwardedFor: string | undefined, isTrusted: Networks): string {
  let client = plain(remote);
  for (const hop of (forwardedFor ?? "").split(",").toReversed()) {
    const address = plain(hop.trim());
    if (!isTrusted(client) || isIP(address) === 0) break;
    client = address;
  }
  return client;
}

/** An IPv4 address that came over IPv6 as what it is (RFC 4291 section 2.5.5.2). */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * The name under which a visitor's limits are kept: a keyed hash, so that no address is stored. One household has a whole
 * IPv6 network of 64 bits (RFC 6177), so that counts as one visitor.
 */
export function visitorName(client: string, secret: Uint8Array): string {
  return createHmac("sha256", secret)
    .update(`visitor ${networkOf(client)}`)
    .digest("base64url")
    .slice(0, 22);
}

function networkOf(client: string): string {
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
