import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/core/model.js";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { columns } from "../../src/render/wrap.js";
import { dailyPapers, makeDigest, makePaper, makePapers } from "../support/papers-model.js";

const branding = {
  ...DEFAULT_BRANDING,
  archiveUrl: `https://papers.example/archive/${"a".repeat(80)}`,
  preferencesUrl: "https://papers.example/preferences",
  unsubscribeUrl: "https://papers.example/unsubscribe",
  intro: "Good morning.",
};

const DAYS: Readonly<Record<string, Digest>> = {
  // Without abstracts, since one of them says an address of its own.
  "the invented day": makeDigest(dailyPapers(), { view: { abstracts: "none" } }),
  "a day with brief ones": makeDigest(makePapers(40), { edition: { early: true } }),
  "a day beyond the budget": makeDigest(makePapers(300, { abstract: "A lamp shines. ".repeat(90) }), {
    view: { fullUpTo: 500 },
  }),
  "one paper with little": makeDigest([makePaper({ url: "ftp://x", codeUrl: null, abstract: null, summary: null })]),
  "wide letters": makeDigest(makePapers(6, { title: "晨报送信人".repeat(20), abstract: "夜里读信。".repeat(90) })),
  "nothing at all": makeDigest([]),
};

const ADDRESS_ALONE = /^\s*https?:\/\/\S+$/;

describe.each(Object.keys(DAYS))("both parts of %s", (day) => {
  const { html, text } = createRenderer({ branding }).letter(DAYS[day] ?? makeDigest([]));
  const $ = load(html);

  it("have the same papers in the same order", () => {
    const inHtml = $(".title-link, .lead-title:not(:has(a)), .title:not(:has(a)), .brief span:not(:has(a)):first-child")
      .toArray()
      .map((title) =>
        $(title)
          .text()
          .replace(/^\d+\s+/, "")
          .trim(),
      );
    const joined = text.replaceAll(/\n {4}(?=\S)/g, " ");
    const places = inHtml.map((title) => joined.replaceAll(/\s+/g, "").lastIndexOf(title.replaceAll(/\s+/g, "")));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it("have the same addresses in the same order", () => {
    // "… read on" leads to the paper once more, "More like this" to the list in the footer; the text part names each address once.
    const inHtml = $("a[href^=http]")
      .toArray()
      .filter((link) => $(link).closest(".read-on").length === 0)
      .map((link) => $(link).attr("href"))
      .filter((url) => !url?.includes("/likes?paper="));
    expect(text.match(/https?:\/\/\S+/g) ?? []).toEqual(inHtml);
  });

  it("keep the text within 72 columns without trailing spaces", () => {
    const lines = text.split("\n");
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(lines.filter((line) => columns(line) > 72 && !ADDRESS_ALONE.test(line))).toEqual([]);
  });

  it("have headings in order with one h1", () => {
    const levels = $("h1,h2,h3")
      .toArray()
      .map(({ name }) => Number(name.slice(1)));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
  });

  it("have an anchor for every local link", () => {
    for (const link of $("a[href^='#']").toArray())
      expect($(`[id='${$(link).attr("href")?.slice(1)}']`)).toHaveLength(1);
  });
});
