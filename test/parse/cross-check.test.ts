import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import { entries, ids, joined, page } from "./damage.js";
import { issuesOf, read, refusal } from "./reading.js";

describe("two readings", () => {
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
  ])("that are whole and disagree by %s are refused", (_, cards) => {
    expect(refusal(joined(entries, cards)).message).toMatch(/data and cards show other papers: \d+ only in the data/);
  });

  it("an empty list beside cards is no empty day", () => {
    expect(refusal(joined([], entries)).message).toMatch(/12 only in the cards/);
  });

  it("in another order are a warning, and the data's order counts", () => {
    const reading = read(
      joined(
        entries,
        [second, first, ...rest].filter((entry) => entry !== undefined),
      ),
    );
    expect(reading.papers.map(({ id }) => id)).toEqual(ids);
    expect(reading.issues).toMatchObject([{ level: "warning", check: "differs", field: "order", count: 1 }]);
  });

  it("with other titles and votes are a warning, and the data counts", () => {
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

  it("of a page that was cut off among the cards: the data serves", () => {
    const html = page({});
    const reading = read(html.slice(0, html.lastIndexOf("<article")));
    expect(reading.papers).toEqual(read(html).papers);
    expect(issuesOf(reading)).toBe("warning cards: cards: the page was cut off before its end");
  });

  it("with a card that cannot be read are a warning, and the data counts", () => {
    const reading = read(page({ cards: (html) => html.replace(/(leading-none">)\d+/, "$1many") }));
    expect(reading.papers).toEqual(read(page({})).papers);
    expect(issuesOf(reading)).toMatch(/^warning skipped: cards: 1 of 12 entries could not be read/);
  });

  it("an entry that the data could not read may stand on a card", () => {
    const reading = read(page({ data: (entry, index) => (index === 5 ? {} : entry) }));
    expect(reading.papers.map(({ id }) => id)).toEqual(ids.toSpliced(5, 1));
    expect(reading.issues).toMatchObject([{ check: "skipped", level: "warning" }]);
  });
});

describe("the same paper twice", () => {
  const [first] = entries;
  const twice = first ? [...entries, { ...first, title: "The Same Again" }] : [];

  it("counts once, and is drift", () => {
    const reading = read(buildPage({ kind: "day", date: "2026-10-02", entries: twice }));
    expect(reading.papers.map(({ title }) => title)).not.toContain("The Same Again");
    expect(reading.skipped).toEqual([{ index: 12, id: ids[0], reason: "duplicate" }]);
    expect(reading.issues).toMatchObject([{ check: "skipped" }, { check: "skipped" }]);
  });

  it("is expected on a trending page", () => {
    const reading = read(buildPage({ kind: "trending", entries: twice }));
    expect([reading.papers.length, reading.skipped.length, reading.issues]).toEqual([12, 1, []]);
  });
});
