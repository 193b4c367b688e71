import { describe, expect, it } from "vitest";
import { clientOf, readNetworks, visitorName } from "../../../src/web/site/client.js";

const isTrusted = readNetworks(["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48"]);

describe("who asks", () => {
  it.each([
    ["the other end, without a proxy", "203.0.113.7", undefined, "203.0.113.7"],
    ["the other end, whatever a stranger writes", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["what a trusted proxy added", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["what the last stranger could not write", "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["the proxy itself, when all are ours", "10.1.2.3", "10.4.4.4", "10.4.4.4"],
    ["the proxy, where its word is no address", "10.1.2.3", "198.51.100.1, <script>", "10.1.2.3"],
    ["the proxy, without its word", "10.1.2.3", undefined, "10.1.2.3"],
    ["an address of IPv4 over IPv6", "::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
    ["behind a proxy with IPv6", "2001:db8:ffff::1", "2001:db8::9", "2001:db8::9"],
  ])("is %s", (_what, remote, forwardedFor, client) => {
    expect(clientOf(remote, forwardedFor, isTrusted)).toBe(client);
  });

  it.each(["localhost", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/8/8", "10.0.0.0/x", ""])(
    "is not told by %j, which is no network",
    (text) => {
      expect(() => readNetworks([text])).toThrow(RangeError);
    },
  );
});

describe("the name of a visitor's limits", () => {
  const secret = Buffer.alloc(32, 1);
  const nameOf = (client: string) => visitorName(client, secret);

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
    ["2001:DB8:0001:2:3:4:5:6", "2001:db8:1:2::"],
    ["2001:db8::1", "2001:db8:0:0:5::"],
    ["fe80::1%eth0", "fe80::2"],
  ])("is one for a network of 64 bits: %s, %s", (one, other) => {
    expect(nameOf(one)).toBe(nameOf(other));
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["192.0.2.1", "192.0.2.2"],
    ["::1", "1::"],
  ])("tells %s from %s", (one, other) => {
    expect(nameOf(one)).not.toBe(nameOf(other));
  });

  it("holds no address and cannot be guessed without the key", () => {
    expect(nameOf("192.0.2.1")).toMatch(/^[\w-]{22}$/);
    expect(visitorName("192.0.2.1", Buffer.alloc(32, 2))).not.toBe(nameOf("192.0.2.1"));
  });
});
