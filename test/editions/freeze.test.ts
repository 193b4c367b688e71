import { describe, expect, it } from "vitest";
import { freeze } from "../../src/editions/freeze.js";
import { PaperboyError } from "../../src/core/errors.js";
import type { Edition, Paper, Reading } from "../../src/core/model.js";
import { parseSource } from "../../src/fetch/sources.js";

const friday = "2026-10-02";
const saturday = "2026-10-03";
const noon = (day: string) => new Date(`${day}T12:00:00Z`);

function reading(overrides: Partial<Reading> = {}): Reading {
  const papers = [{ id: "2610.00001" }, { id: "2610.00002" }] as unknown as Paper[];
  const url = "https://huggingface.co/papers";
  return {
    url,
    kind: "day",
    date: friday,
    complete: true,
    generatedAt: null,
    format: "data",
    papers,
    skipped: [],
    issues: [],
    ...overrides,
  };
}

function source(text: string, now = noon(saturday)) {
  return parseSource(text, { site: "https://huggingface.co", now, exists: (path) => path.startsWith("./") });
}

function code(
  of: Reading,
  { text, now = noon(saturday), early = false }: { text: string; now?: Date; early?: boolean },
) {
  try {
    const frozen = freeze(of, { source: source(text, now), now, early });
    return "reason" in frozen ? frozen.reason : frozen.id;
  } catch (error) {
    if (error instanceof PaperboyError) return error.code;
    throw error;
  }
}

describe("the edition of a page", () => {
  it.each([
    ["a day", friday, {}, "day:2026-10-02"],
    ["a week without a date", "2026-W40", { kind: "week", date: null }, "week:2026-W40"],
    ["a week that names a day in it", "2026-W40", { kind: "week", date: "2026-09-30" }, "week:2026-W40"],
    ["a month", "2026-09", { kind: "month", date: "2026-09" }, "month:2026-09"],
    ["trending, by the day of the run", "trending", { kind: "trending", date: null }, "trending@2026-10-03"],
    ["a search", "search:x", { kind: "search", date: null }, "search:x@2026-10-03"],
    ["one paper", "https://huggingface.co/papers/2610.00001", { kind: "paper", date: null }, "paper:2610.00001"],
    ["a copy elsewhere", "http://mirror.example/p", {}, "url:http://mirror.example/p@2026-10-02"],
    ["a day from the API", friday, { kind: "api", date: friday }, "day:2026-10-02"],
  ] as const)("%s", (_, text, overrides, id) => {
    expect(code(reading(overrides), { text })).toBe(id);
  });

  it("is identified for a file by its content, not by its name", () => {
    const first = code(reading(), { text: "./a.html" });
    expect(first).toMatch(/^file:[0-9a-f]{64}$/);
    expect(code(reading(), { text: "./b.html" })).toBe(first);
    expect(code(reading({ date: saturday }), { text: "./a.html" })).not.toBe(first);
  });
});

describe("a page without an edition", () => {
  it.each([
    ["a weekend that has passed", "2026-09-26", { date: "2026-09-25", generatedAt: noon(saturday) }, "no-papers"],
    ["a weekend that the page does not know yet", "2026-09-26", { date: "2026-09-25" }, "not-ready"],
    ["today, answered with yesterday's page", saturday, {}, "not-ready"],
    ["a day to come", "2026-12-24", {}, "not-ready"],
    ["an empty list for a day that has passed", friday, { papers: [] }, "no-papers"],
    ["an empty list for today", saturday, { date: saturday, papers: [] }, "not-ready"],
    ["a day that still fills", friday, { complete: false }, "not-ready"],
    ["an empty search", "search:x", { kind: "search", date: null, papers: [] }, "no-papers"],
    ["a day's page instead of a search", "search:x", {}, "layout-changed"],
    ["a day's page instead of a week", "2026-W40", { date: "2026-09-30" }, "layout-changed"],
    ["a week outside", "2026-W40", { kind: "week", date: "2026-09-20", generatedAt: noon("2026-10-05") }, "no-papers"],
  ] as const)("%s", (_, text, overrides, expected) => {
    const now = text === "2026-W40" ? noon("2026-10-05") : noon(saturday);
    expect(code(reading(overrides), { text, now })).toBe(expected);
  });
});

it("freezes a day that is still filling on request, and marks it", () => {
  const filling = reading({ complete: false });
  const edition = freeze(filling, { source: source(friday), now: noon(friday), early: true });
  expect(edition).toMatchObject({ id: "day:2026-10-02", early: true });
});

it("freezes every file, even an incomplete one", () => {
  expect(code(reading({ complete: false }), { text: "./a.html", now: noon(friday) })).toMatch(/^file:/);
});

it("links to the permanent page of the day, not to the page of the newest day", () => {
  const options = { source: source("./a.html"), now: noon(saturday), early: false };
  const urlOf = (of: Reading) => (freeze(of, options) as Edition).url;
  expect(urlOf(reading())).toBe("https://huggingface.co/papers/date/2026-10-02");
  const own = "https://huggingface.co/papers/date/2026-10-02";
  expect(urlOf(reading({ url: own }))).toBe(own);
  expect(urlOf(reading({ url: null }))).toBeNull();
});
