import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { entries, ids, page, wrong } from "./damage.js";
import { issuesOf, read, refusal } from "./reading.js";

describe("a value of the wrong type", () => {
  it.each(
    shortly([
      ["id", 261_000_001],
      ["id", "2610.1"],
      ["id", "../../2610.00001"],
      ["id", "2610.00001 "],
      ["title", 7],
      ["title", " \u200b\n"],
      ["title", "x".repeat(6_000)],
      ["summary", { text: "An abstract" }],
      ["summary", "x".repeat(30_000)],
      ["authors", "Ada Quill"],
      ["authors", [{ name: "Ada Quill" }, { name: 7 }]],
      ["authors", [{ name: " " }]],
      ["authors", [null]],
      ["upvotes", "12"],
      ["upvotes", -1],
      ["upvotes", 1.5],
      ["upvotes", 1e300],
      ["publishedAt", "yesterday"],
      ["publishedAt", 1_700_000_000],
    ]),
  )("skips the entry when its %s is %s", (key, _, value) => {
    const reading = read(page({ data: wrong(key, value, 3) }));
    expect(reading.papers.map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 3));
    expect(reading.skipped).toMatchObject([{ index: 3, id: key === "id" ? null : ids[3] }]);
    expect(reading.issues).toMatchObject([{ level: "warning", check: "skipped", count: 1, of: 12 }]);
  });

  it.each([
    ["githubRepo", 7, { codeUrl: null }],
    ["githubStars", "many", { stars: null }],
    ["projectPage", {}, { projectUrl: null }],
    ["ai_summary", ["a"], { summary: null, raw: { summary: null } }],
    ["ai_keywords", "letters", { keywords: [] }],
    ["ai_keywords", [7], { keywords: [] }],
    ["submittedOnDailyAt", "soon", { featuredOn: "2026-10-02" }],
  ])("becomes null, with an issue: %s %j", (key, value, fields) => {
    const reading = read(page({ data: wrong(key, value) }));
    expect(reading.papers[0]).toMatchObject(fields);
    expect(reading.papers).toHaveLength(12);
    expect(reading.issues).toMatchObject([{ level: "warning", check: "wrong-type", count: 1, of: 12 }]);
  });

  it.each([
    ["githubRepo", "javascript:alert(1)", { codeUrl: null }],
    ["projectPage", "  https://lantern.example/ ", { projectUrl: "https://lantern.example/" }],
    ["projectPage", "", { projectUrl: null }],
    ["githubStars", null, { stars: null }],
    ["ai_keywords", ["letters", ""], { keywords: ["letters", ""] }],
  ])("is not an issue when an author can cause it: %s %j", (key, value, fields) => {
    const reading = read(page({ data: wrong(key, value) }));
    expect(reading.papers[0]).toMatchObject(fields);
    expect(reading.issues).toEqual([]);
  });

  it.each([null, 7, "2610.00001", [], {}, { paper: [] }, { title: "No paper" }])(
    "skips an entry that is %j",
    (value) => {
      const reading = read(page({ data: (entry, index) => (index === 0 ? (value ?? [null]) : entry) }));
      expect([reading.papers.length, reading.skipped]).toEqual([11, [{ index: 0, id: null, reason: "it has no id" }]]);
    },
  );

  it("falls back to cards when four of twelve entries cannot be read", () => {
    const reading = read(page({ data: (entry, index) => (index < 4 ? {} : entry) }));
    expect([reading.format, reading.papers.length]).toEqual(["cards", 12]);
    expect(issuesOf(reading)).toBe("warning skipped: data: 4 of 12 entries could not be read (it has no id)");
  });

  it("ignores inherited properties", () => {
    const bare =
      '{"dailyPapers":[{"__proto__":{"paper":{"id":"2610.00001"},"title":"T"},"constructor":{}}],"dateString":"2026-10-02"}';
    const html = buildPage({ kind: "day", entries, withCards: false, mangle: { data: () => bare } });
    expect(refusal(html).message).toContain("1 of 1 entries could not be read (it has no id)");
  });
});

/** Rows with a shortened value for the title. */
function shortly(rows: readonly (readonly [string, unknown])[]): [string, string, unknown][] {
  return rows.map(([key, value]) => [key, JSON.stringify(value).slice(0, 40), value]);
}
