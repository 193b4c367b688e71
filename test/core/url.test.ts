import { describe, expect, it } from "vitest";
import { isLoopback, isUrl } from "../../src/core/url.js";

describe("isUrl", () => {
  it.each([
    ["https://example.org/", undefined, true],
    ["/papers", "https://example.org", true],
    ["/papers", undefined, false],
    ["https://", undefined, false],
  ])("%j with the base %j: %s", (text, base, expected) => {
    expect(isUrl(text, base)).toBe(expected);
  });

  it("gives the same answer however often it is called", () => {
    const answers = Array.from({ length: 20_000 }, () => isUrl("https://ex\u00e4mple.org/\u00fc"));
    expect(answers.every(Boolean)).toBe(true);
  });
});

describe("isLoopback", () => {
  it.each(["localhost", "LOCALHOST", "mail.localhost", "localhost.", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])(
    "is true for %s",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    "mail.example.org",
    "localhost.example.org",
    "notlocalhost",
    "127.0.0.1.example.org",
    "10.0.0.1",
    "0.0.0.0",
    "::",
    "1.127.0.0",
  ])("is false for %s", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
