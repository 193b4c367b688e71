import { describe, expect, it } from "vitest";
import { clientAddress, clientKey, parseNetworks } from "../../../src/web/site/client.js";

const isTrusted = parseNetworks(["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48"]);

describe("the client address", () => {
  it.each([
    ["the peer without a proxy", "203.0.113.7", undefined, "203.0.113.7"],
    ["the peer if it is not a trusted proxy", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["the entry that a trusted proxy added", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["the last entry before trusted proxies", "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["the proxy if all entries are trusted", "10.1.2.3", "10.4.4.4", "10.4.4.4"],
    ["the proxy if the entry is not an address", "10.1.2.3", "198.51.100.1, <script>", "10.1.2.3"],
    ["the proxy if it sends no header", "10.1.2.3", undefined, "10.1.2.3"],
    ["an IPv4 address for an IPv4-mapped IPv6 address", "::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
    ["the entry of a trusted IPv6 proxy", "2001:db8:ffff::1", "2001:db8::9", "2001:db8::9"],
  ])("is %s", (_what, remote, forwardedFor, client) => {
    expect(clientAddress(remote, forwardedFor, isTrusted)).toBe(client);
  });

  it.each(["localhost", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/8/8", "10.0.0.0/x", ""])(
    "cannot be matched against the invalid network %j",
    (text) => {
      expect(() => parseNetworks([text])).toThrow(RangeError);
    },
  );
});

describe("the rate limit key of a client", () => {
  const secret = Buffer.alloc(32, 1);
  const nameOf = (client: string) => clientKey(client, secret);

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
    ["2001:DB8:0001:2:3:4:5:6", "2001:db8:1:2::"],
    ["2001:db8::1", "2001:db8:0:0:5::"],
    ["fe80::1%eth0", "fe80::2"],
  ])("is the same within an IPv6 /64 network: %s, %s", (one, other) => {
    expect(nameOf(one)).toBe(nameOf(other));
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["192.0.2.1", "192.0.2.2"],
    ["::1", "1::"],
  ])("differs between %s and %s", (one, other) => {
    expect(nameOf(one)).not.toBe(nameOf(other));
  });

  it("reveals no address and depends on the secret", () => {
    expect(nameOf("192.0.2.1")).toMatch(/^[\w-]{22}$/);
    expect(clientKey("192.0.2.1", Buffer.alloc(32, 2))).not.toBe(nameOf("192.0.2.1"));
  });
});
