import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import { entries, ids, joined, page } from "./damage.js";
import { issuesOf, read, refusal } from "./reading.js";

describe("data and cards", () => {
  const [first, second, ...rest] = entries;
  const other = makeEntry({ paper: { id: "2610.77777" } });

  it.each([
    ["a paper more on the cards", [...entries, other]],
    ["a paper fewer", entries.slice(1)],
    ["another paper", [other, ...entries.slice(1)]],
    [
      "all other papers",
      manyEntries(12, 99).map((entry, index) => ({
        ...entry,
        paper: { ...entry.paper, id: `2609.${String(index).padStart(5, "0")}` },
      })),
    ],
  ])("are refused when they differ by %s", (_, cards) => {
    expect(refusal(joined(entries, cards)).message).toMatch(
      /data and cards list different papers: \d+ only in the data/,
    );
  });

  it("are refused when the list is empty but there are cards", () => {
    expect(refusal(joined([], entries)).message).toMatch(/12 only in the cards/);
  });

  it("in a different order give a warning, and the order of the data is used", () => {
    const reading = read(
      joined(
        entries,
        [second, first, ...rest].filter((entry) => entry !== undefined),
      ),
    );
    expect(reading.papers.map(({ id }) => id)).toEqual(ids);
    expect(reading.issues).toMatchObject([{ level: "warning", check: "differs", field: "order", count: 1 }]);
  });

  it("with different titles and votes give a warning, and the data is used", () => {
    const changed = entries.map((entry) => ({
      ...entry,
      title: `New: ${entry.title}`,
      paper: { ...entry.paper, upvotes: 1 },
    }));
    const reading = read(joined(entries, changed));
    expect(reading.papers).toEqual(read(page({})).papers);
    expect(reading.issues.map(({ field, level }) => [field, level])).toEqual([
      ["title", "warning"],
      ["upvotes", "warning"],
    ]);
  });

  it("of a page that was cut off among the cards give the papers of the data", () => {
    const html = page({});
    const reading = read(html.slice(0, html.lastIndexOf("<article")));
    expect(reading.papers).toEqual(read(html).papers);
    expect(issuesOf(reading)).toBe("warning cards: cards: the page was cut off before its end");
  });

  it("with one unreadable card give a warning, and the data is used", () => {
    const reading = read(page({ cards: (html) => html.replace(/(leading-none">)\d+/, "$1many") }));
    expect(reading.papers).toEqual(read(page({})).papers);
    expect(issuesOf(reading)).toMatch(/^warning skipped: cards: 1 of 12 entries could not be read/);
  });

  it("may differ by an entry that was skipped in the data", () => {
    const reading = read(page({ data: (entry, index) => (index === 5 ? {} : entry) }));
    expect(reading.papers.map(({ id }) => id)).toEqual(ids.toSpliced(5, 1));
    expect(reading.issues).toMatchObject([{ check: "skipped", level: "warning" }]);
  });
});

describe("the same paper twice", () => {
  const [first] = entries;
  const twice = first ? [...entries, { ...first, title: "The Same Again" }] : [];

  it("is read once, with an issue", () => {
    const reading = read(buildPage({ kind: "day", date: "2026-10-02", entries: twice }));
    expect(reading.papers.map(({ title }) => title)).not.toContain("The Same Again");
    expect(reading.skipped).toEqual([{ index: 12, id: ids[0], reason: "duplicate" }]);
    expect(reading.issues).toMatchObject([{ check: "skipped" }, { check: "skipped" }]);
  });

  it("is not an issue on a trending page", () => {
    const reading = read(buildPage({ kind: "trending", entries: twice }));
    expect([reading.papers.length, reading.skipped.length, reading.issues]).toEqual([12, 1, []]);
  });
});
