import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import type { PageSpec } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { issuesOf, read } from "./reading.js";

const entries = manyEntries(3, 2);
const OCTOBER = { prevDate: "2026-10-01", nextDate: "2026-10-05" };

interface Case {
  readonly spec: Omit<PageSpec, "entries">;
  readonly says: { readonly kind: string; readonly date: string | null; readonly complete: boolean | null };
}

const KINDS: readonly Case[] = [
  { spec: { kind: "day", date: "2026-10-02", ...OCTOBER }, says: { kind: "day", date: "2026-10-02", complete: true } },
  { spec: { kind: "day", date: "2026-10-08" }, says: { kind: "day", date: "2026-10-08", complete: false } },
  { spec: { kind: "day", date: "2026-10-07" }, says: { kind: "day", date: "2026-10-07", complete: true } },
  { spec: { kind: "day-2024", date: "2024-08-01" }, says: { kind: "day", date: "2024-08-01", complete: true } },
  { spec: { kind: "week", date: "2026-W40" }, says: { kind: "week", date: "2026-W40", complete: true } },
  { spec: { kind: "week", date: "2026-W41" }, says: { kind: "week", date: "2026-W41", complete: false } },
  {
    spec: { kind: "week", date: "2026-W41", nextDate: "2026-W42" },
    says: { kind: "week", date: "2026-W41", complete: true },
  },
  { spec: { kind: "month", date: "2026-09" }, says: { kind: "month", date: "2026-09", complete: true } },
  { spec: { kind: "month", date: "2026-10" }, says: { kind: "month", date: "2026-10", complete: false } },
  { spec: { kind: "trending" }, says: { kind: "trending", date: null, complete: null } },
  { spec: { kind: "search", query: "no" }, says: { kind: "search", date: null, complete: null } },
];

describe("the header of a page", () => {
  it.each(KINDS)("is the same from data and from cards: $spec.kind $spec.date", ({ spec, says }) => {
    expect(read(buildPage({ ...spec, entries }))).toMatchObject({ ...says, format: "data", issues: [] });
    expect(read(buildPage({ ...spec, entries, withData: false }))).toMatchObject({ ...says, format: "cards" });
  });

  it("of one paper has neither a date nor a completeness", () => {
    const reading = read(buildPage({ kind: "paper", entries: entries.slice(0, 1) }));
    expect(reading).toMatchObject({ kind: "paper", date: null, complete: null, format: "data", issues: [] });
    expect(reading.papers).toHaveLength(1);
  });

  it("has the canonical address for a file, and the fetched address for other pages", () => {
    const html = buildPage({ kind: "day", date: "2026-10-02", entries });
    expect(read(html).url).toBe("https://huggingface.co/papers/date/2026-10-02");
    expect(read(html, { url: "https://mirror.example/x" }).url).toBe("https://mirror.example/x");
    expect(read(html.replaceAll(/<meta property="og:url"[^>]*>|<link rel="canonical"[^>]*>/g, "")).url).toBeNull();
    expect(read(html.replace(/(property="og:url" content=")[^"]*/, "$1javascript:alert(1)")).url).toBeNull();
  });

  it("gets the year of the newest day from the link to the day before", () => {
    const html = buildPage({ kind: "day", date: "2027-01-04", prevDate: "2026-12-31", entries, withData: false });
    const bare = html.replace(/(property="og:url" content="[^"]*\/papers)[^"]*/, "$1");
    expect(bare).not.toBe(html);
    expect(read(bare, { now: new Date("2027-01-04T12:00:00Z") })).toMatchObject({
      date: "2027-01-04",
      complete: false,
    });
  });

  it("has no date, and a warning, when no day is stated", () => {
    const html = buildPage({ kind: "day", entries });
    const reading = read(html, { kind: "day", period: "2026-10-08" });
    expect(reading).toMatchObject({ kind: "day", date: null, complete: false });
    expect(issuesOf(reading)).toBe("warning data: data: the page has no day");
  });

  it.each(["2026-02-30", "2026-13", "tomorrow", "__proto__", "2026-10-02 "])("ignores the invalid day %j", (date) => {
    const html = buildPage({ kind: "day", date: "2026-10-02", entries, mangle: { data: dated(date) } });
    expect(read(html.replace(SPOKEN, ""))).toMatchObject({ date: null });
  });

  it("ignores a next day that is not later", () => {
    const html = buildPage({ kind: "day", date: "2026-10-08", nextDate: "2026-10-07", entries });
    expect(read(html).complete).toBe(false);
  });

  it("covers the whole week or month when a day within it is stated", () => {
    const data = dated("2026-10-08");
    const week = buildPage({ kind: "week", entries, date: "2026-W41", mangle: { data } }).replace(SPOKEN, "");
    expect(read(week, { now: new Date("2026-10-11T23:59:00Z") })).toMatchObject({
      date: "2026-10-08",
      complete: false,
    });
    expect(read(week, { now: new Date("2026-10-12T00:01:00Z") })).toMatchObject({ date: "2026-10-08", complete: true });
    const month = buildPage({ kind: "month", entries, date: "2026-10", mangle: { data } }).replace(SPOKEN, "");
    expect(read(month, { now: new Date("2026-10-31T23:59:00Z") }).complete).toBe(false);
    expect(read(month, { now: new Date("2026-11-01T00:01:00Z") }).complete).toBe(true);
  });

  it("uses the requested kind only when the page does not state its own", () => {
    expect(read(unmarked(silent), { kind: "week" }).kind).toBe("week");
    expect(read(unmarked(silent), { kind: "page" }).kind).toBe("day");
    expect(read(unmarked(silent), { kind: "day", url: "https://huggingface.co/papers/trending" }).kind).toBe(
      "trending",
    );
    expect(
      read(
        unmarked((json) => json),
        { kind: "day" },
      ).kind,
    ).toBe("trending");
  });
});

const SPOKEN = /<meta property="og:url"[^>]*>|<title>[^<]*<\/title>/g;

/** A trending page without its kind in the markup. */
function unmarked(data: (json: string) => string): string {
  return buildPage({ kind: "trending", entries, mangle: { data } }).replaceAll(SPOKEN, "");
}

/** Data without its kind. */
function silent(json: string): string {
  const { dailyPapers } = JSON.parse(json) as { dailyPapers: unknown };
  return JSON.stringify({ dailyPapers });
}

function dated(date: string): (json: string) => string {
  return (json) => json.replace(/"dateString":"[^"]*"/, `"dateString":${JSON.stringify(date)}`);
}
