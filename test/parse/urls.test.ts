import { describe, expect, it } from "vitest";
import { baseOf, checkUrl } from "../../src/parse/urls.js";

const SITE = "https://papers.example.org/";

describe("checkUrl", () => {
  it.each([
    "https://github.com/example/lantern",
    "http://example.org",
    "HTTPS://Example.ORG/%7Eada/../x?q=a&b=%20#top",
    "https://bücher.example/ä",
    "https://example.org:8080/a,b;c=(d)[1]",
  ])("accepts %j unchanged", (url) => {
    expect(checkUrl(`  ${url}\n`, SITE)).toBe(url);
  });

  it.each([
    ["/avatars/1.svg", "https://papers.example.org/avatars/1.svg"],
    ["//cdn.example.org/a.png", "https://cdn.example.org/a.png"],
  ])("resolves %j against the address of the site", (written, url) => {
    expect(checkUrl(written, SITE)).toBe(url);
  });

  it.each([
    "",
    "   ",
    "www.example.org",
    "example/lantern",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@example.org",
    "https:",
    "https://",
    "https:///",
    "https:example.org",
    "https:\\\\example.org",
    "https://user:secret@example.org/",
    "https://user@example.org/",
    "https://example.org/a b",
    "https://example.org/\r\nX-Injected: yes",
    'https://example.org/"onmouseover="x',
    "https://example.org/<b>",
    "https://exam\u200bple.org/",
    "https://example.org/\u202egnp.exe",
    "https://example.org:99999/",
    "https://[::1",
    "/\\example.org",
    `https://example.org/${"a".repeat(3000)}`,
  ])("rejects %j", (written) => {
    expect(checkUrl(written, SITE)).toBeNull();
  });

  it("rejects a relative URL when the site has no valid address", () => {
    expect(checkUrl("/a", "no site")).toBeNull();
  });
});

it("removes trailing slashes from the address of a site", () => {
  expect(baseOf("https://papers.example.org/mirror//")).toBe("https://papers.example.org/mirror");
});
