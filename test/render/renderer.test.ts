import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { makeDigest, makePaper, makePapers } from "../support/papers-model.js";

const renderer = createRenderer({ branding: DEFAULT_BRANDING });

describe("letter", () => {
  it("contains every paper in both parts", () => {
    const papers = makePapers(12);
    const { html, text } = renderer.letter(makeDigest(papers));
    for (const { title, url } of papers) {
      expect(html).toContain(url);
      expect(html).toContain(title);
      expect(text).toContain(url);
      expect(text).toContain(title);
    }
  });

  it("has a subject and a different preheader", () => {
    const { subject, preheader } = renderer.letter(makeDigest(makePapers(12)));
    expect(subject).toBe("Lantern 1: Reading Long Letters by Lamplight · Lantern 2 · Lantern 3 + 9 more");
    expect(preheader).toBe(
      "Mon 9 Mar: 12 papers, 12 with code. A lamp beside the letter halves the time that reading takes.",
    );
  });

  it("asks for more like a paper on the reader's page, where there is a site", () => {
    const digest = makeDigest(makePapers(25));
    const branding = { ...DEFAULT_BRANDING, preferencesUrl: "{link:preferences}" };
    const { html, text } = createRenderer({ branding }).letter(digest);
    const links = load(html)("a").toArray();
    const asked = links.flatMap(({ attribs: { href = "" } }) => (href.includes("/likes") ? [href] : []));
    const shown = digest.kept.filter(({ form }) => form !== "line");
    const page = "{link:preferences}/likes";
    expect(asked).toEqual([...shown.map(({ paper }) => `${page}?paper=${paper.id}`), page]);
    expect(text.split(page)).toHaveLength(2);
    expect(renderer.letter(digest).html).not.toContain("More like this");
  });

  it("escapes hostile text", () => {
    const title = `<img src=x onerror="alert(1)"> {{branding}} & </td>`;
    const { html, text } = renderer.letter(makeDigest([makePaper({ title, url: "javascript:alert(1)" })]));
    expect(html).not.toContain("<img src=x");
    expect(html).toContain("&lt;img src&#x3D;x onerror&#x3D;&quot;alert(1)&quot;&gt; {{branding}} &amp; &lt;/td&gt;");
    expect(text).toContain(title);
    expect(html + text).not.toContain("javascript:");
  });
});
