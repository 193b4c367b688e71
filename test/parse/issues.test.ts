import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { entries, page, without } from "./damage.js";
import { issuesOf, read, refusal } from "./reading.js";

describe("a missing field", () => {
  it.each([
    ["abstract (paper.summary)", "summary"],
    ["authors (paper.authors)", "authors"],
    ["upvotes (paper.upvotes)", "upvotes"],
    ["publishedAt (paper.publishedAt)", "publishedAt"],
  ])("falls back to cards when every paper lacks its %s", (place, key) => {
    const reading = read(page({ data: without([key]) }));
    expect(reading.format).toBe("cards");
    expect(issuesOf(reading)).toBe(`warning missing: data: ${place} is missing in 12 of 12 papers`);
  });

  it("is a warning when one paper lacks its abstract", () => {
    const reading = read(page({ data: without(["summary"], 1) }));
    expect([reading.format, reading.papers[0]?.abstract]).toEqual(["data", null]);
    expect(issuesOf(reading)).toBe("warning missing: data: abstract (paper.summary) is missing in 1 of 12 papers");
  });

  it("falls back to cards when two of twelve papers lack their abstract", () => {
    expect(read(page({ data: without(["summary"], 2) })).format).toBe("cards");
  });

  it("is not an issue on a page that the site has not summarized yet", () => {
    expect(read(page({ data: without(["ai_summary", "ai_keywords"], 11) })).issues).toEqual([]);
  });

  it("is a warning when every paper lacks a field that the site adds later", () => {
    const reading = read(page({ data: without(["ai_summary", "githubRepo"]) }));
    expect(reading.format).toBe("data");
    expect(reading.issues).toMatchObject([
      { level: "warning", check: "missing", field: "summary", count: 12, of: 12 },
      { level: "warning", check: "missing", field: "codeUrl", count: 12, of: 12 },
    ]);
  });

  it("is not an issue on a page with few papers", () => {
    expect(read(page({ data: without(["ai_summary", "githubRepo"]) }, entries.slice(0, 9))).issues).toEqual([]);
  });

  it("is not an issue for papers older than the field", () => {
    const old = manyEntries(12, 5).map((entry) => ({
      ...entry,
      paper: { ...entry.paper, publishedAt: "2024-07-31T12:00:00.000Z" },
    }));
    expect(read(page({ data: without(["ai_summary", "submittedOnDailyAt", "githubRepo"]) }, old)).issues).toEqual([]);
  });

  it("is a warning when the cards have lost their votes", () => {
    const reading = read(page({ cards: (html) => html.replaceAll("leading-none", "leading-some") }));
    expect(reading.papers).toEqual(read(page({})).papers);
    expect(reading.issues).toMatchObject([{ level: "warning", check: "missing", field: "upvotes", count: 12, of: 12 }]);
    expect(issuesOf(reading)).toContain('upvotes (a[href*="/login?next"] .leading-none)');
  });
});

describe("a page without papers", () => {
  it("is empty, without an issue, when its data is and states the period", () => {
    const day = read(buildPage({ kind: "day", date: "2026-10-04", entries: [], nextDate: "2026-10-05" }));
    expect(day).toMatchObject({ kind: "day", date: "2026-10-04", complete: true, papers: [], skipped: [], issues: [] });
    expect(read(buildPage({ kind: "search", query: "nothing", entries: [] }))).toMatchObject({
      papers: [],
      issues: [],
    });
  });

  it.each([
    ["an undated list", buildPage({ kind: "trending", entries: [] }), "dailyPapers is empty"],
    ["a list that is none", page({}).replace("dailyPapers", "papers"), ""],
    [
      "no data and no cards",
      buildPage({ kind: "day", date: "2026-10-04", entries: [], withData: false }),
      "no article",
    ],
    ["no page", "", "no article"],
    ["another site", "<html><body><article><h3>News</h3></article></body></html>", "could not be read"],
    [
      "a paper's page without data",
      buildPage({ kind: "paper", entries, withData: false }),
      "PaperContent has no data-props",
    ],
  ])("%s is refused", (_, html, words) => {
    const damaged = html.replaceAll("<article", "<x-article").replaceAll("</article", "</x-article");
    expect(refusal(words === "could not be read" ? html : damaged).message).toContain(words);
  });
});
