import { describe, expect, it } from "vitest";
import { dueDays, duePeriods } from "../../src/editions/job.js";

const monday = new Date("2026-10-05T07:00:00Z");

describe("the days of a run without a source", () => {
  it("are those after the newest day that was sent", () => {
    expect(dueDays(monday, new Set(["2026-10-01"]))).toEqual({
      days: ["2026-10-02", "2026-10-03", "2026-10-04"],
      onlyNewest: false,
    });
    expect(dueDays(monday, new Set(["2026-10-04"])).days).toEqual([]);
  });

  it("go back at most a week", () => {
    expect(dueDays(monday, new Set(["2026-01-01"])).days).toHaveLength(7);
  });

  it("are only the newest day with papers when nothing was sent before", () => {
    const { days, onlyNewest } = dueDays(monday, new Set());
    expect(onlyNewest).toBe(true);
    expect([days[0], days.at(-1)]).toEqual(["2026-09-28", "2026-10-04"]);
  });

  it("never contain today", () => {
    expect(dueDays(new Date("2026-10-05T23:59:59Z"), new Set()).days).not.toContain("2026-10-05");
  });
});

it.each([
  ["2026-10-05T00:00:00Z", "2026-W40", "2026-09"],
  ["2026-10-11T23:59:59Z", "2026-W40", "2026-09"],
  ["2026-01-01T00:00:00Z", "2025-W52", "2025-12"],
  ["2027-01-04T00:00:00Z", "2026-W53", "2026-12"],
])("at %s the week %s and the month %s are due", (now, week, month) => {
  expect(duePeriods(new Date(now))).toEqual([
    { frequency: "weekly", period: week },
    { frequency: "monthly", period: month },
  ]);
});
