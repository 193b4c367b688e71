import { expect, it } from "vitest";
import type { Reading } from "../../src/core/model.js";
import { isEmpty } from "../../src/parse/paper.js";
import { MIN_PAPERS_FOR_WARNING, THRESHOLDS } from "../../src/parse/thresholds.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { read } from "./reading.js";
import { withoutData } from "./site-data.js";

interface Read {
  readonly name: string;
  readonly reading: Reading;
}

/** Counts the papers of one format and one kind of page. */
function count(readings: readonly Read[], of: string): number {
  const found = readings.filter(({ reading }) => `${reading.format} ${reading.kind}` === of);
  return found.reduce((sum, { reading }) => sum + reading.papers.length, 0);
}

describeRealPages("the table of thresholds", () => {
  const readings: readonly Read[] = realPageNames(/^(?:daily|api|paper|trending).*\.(?:html|json)$/).flatMap((name) => {
    const whole = read(realPage(name));
    const hasCards = whole.format === "data" && whole.kind === "day";
    return [{ name, reading: whole }, ...(hasCards ? [{ name, reading: read(withoutData(realPage(name))) }] : [])];
  });

  it("is measured over 264 papers of days, their cards and 77 papers of the API", () => {
    const counts = ["data day", "cards day", "api api", "data paper", "cards trending"].map((of) =>
      count(readings, of),
    );
    expect(counts).toEqual([264, 264, 77, 1, 1]);
  });

  it.each(THRESHOLDS)("names the worst real page for $field ($formats), which is not an issue", (row) => {
    const worst = readings
      .filter(({ reading }) => row.formats.includes(reading.format) && !row.except?.includes(reading.kind))
      .filter(({ reading }) => row.level === "error" || reading.papers.length >= MIN_PAPERS_FOR_WARNING)
      .filter(({ reading }) => reading.papers.some(({ publishedAt }) => (publishedAt ?? "9") >= (row.since ?? "")))
      .map(({ name, reading: { papers } }) => ({
        page: name,
        missing: papers.filter((paper) => isEmpty(paper[row.field])).length,
        of: papers.length,
      }))
      .toSorted((a, b) => b.missing / b.of - a.missing / a.of)[0];
    // Where no page lacks the field, no page is the worst.
    const named = row.measured.missing > 0 ? worst : { ...row.measured, missing: worst?.missing };
    expect(named).toEqual(row.measured);
    expect(row.measured.missing / row.measured.of).toBeLessThan(row.most);
  });

  it("finds no skipped or duplicate entry and no wrong type on real pages", () => {
    for (const { reading } of readings) {
      expect(reading.skipped).toEqual([]);
      expect(reading.issues.map(({ check }) => check).filter((check) => check !== "data")).toEqual([]);
    }
  });
});
