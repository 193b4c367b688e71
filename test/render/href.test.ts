import { describe, expect, it } from "vitest";
import { href, pictureHref } from "../../src/render/href.js";

describe("href", () => {
  it("refuses characters that could end a link, spaces and control characters", () => {
    for (let code = 0; code < 0x3000; code += 1) {
      const sign = String.fromCodePoint(code);
      const isUnfit = /[\s\p{C}"<>`\\]/u.test(sign);
      expect([code.toString(16), href(`https://papers.example/${sign}x`) === null]).toEqual([
        code.toString(16),
        isUnfit,
      ]);
    }
  });

  it.each([null, undefined, "", "javascript:alert(1)", "papers.example", `https://a.example/${"x".repeat(1000)}`])(
    "is null for %s",
    (url) => {
      expect(href(url)).toBeNull();
    },
  );

  it("requires https for pictures", () => {
    expect(pictureHref("http://papers.example/a.png")).toBeNull();
    expect(pictureHref("HTTPS://papers.example/a.png")).toBe("HTTPS://papers.example/a.png");
  });
});
