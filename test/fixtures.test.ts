import { load } from "cheerio";
import { describe, expect, it } from "vitest";
import { buildPage } from "./support/page-builder.js";
import { manyEntries } from "./support/papers.js";

describe("the page builder", () => {
  it("writes data and cards that agree", () => {
    const entries = manyEntries(40);
    const $ = load(buildPage({ kind: "day", date: "2026-10-02", entries, prevDate: "2026-10-01" }));
    const data = JSON.parse($("div[data-target=DailyPapers]").attr("data-props") ?? "") as { dailyPapers: unknown };
    expect(data.dailyPapers).toEqual(entries);
    const titles = $("article h3 a[href^='/papers/']").map((_, link) => $(link).text());
    expect(titles.get()).toEqual(entries.map((entry) => entry.title));
  });
});
