import { describe, expect, it } from "vitest";
import { isUrl } from "../../src/core/url.js";

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
