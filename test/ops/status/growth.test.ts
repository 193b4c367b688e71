import { describe, expect, it } from "vitest";
import { firstGrowthDay, growthLines, growthOf } from "../../../src/ops/status/growth.js";
import type { GrowthCount } from "../../../src/store/store.js";

/** A Wednesday. */
const NOW = new Date("2026-10-07T07:00:00Z");

const COUNTS: readonly GrowthCount[] = [
  { day: "2026-09-10", event: "joined", people: 40 },
  { day: "2026-10-04", event: "joined", people: 3 },
  { day: "2026-10-04", event: "left", people: 2 },
  { day: "2026-10-05", event: "requested", people: 8 },
  { day: "2026-10-05", event: "confirmed", people: 6 },
  { day: "2026-10-05", event: "joined", people: 6 },
  { day: "2026-10-06", event: "bounced", people: 1 },
  { day: "2026-10-06", event: "left", people: 1 },
  { day: "2026-10-06", event: "complained", people: 1 },
];

describe("the growth of the list", () => {
  it("is summed by day, and by whole ISO weeks", () => {
    expect(firstGrowthDay(NOW)).toBe("2026-09-07");
    const { days, weeks } = growthOf(COUNTS, NOW);
    expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([28, "2026-09-10", "2026-10-07"]);
    expect(days.find(({ day }) => day === "2026-10-05")).toMatchObject({
      requested: 8,
      confirmed: 6,
      joined: 6,
      left: 0,
    });
    expect(weeks.map(({ week, joined, left }) => [week, joined, left])).toEqual([
      ["2026-W37", 40, 0],
      ["2026-W38", 0, 0],
      ["2026-W39", 0, 0],
      ["2026-W40", 3, 2],
      ["2026-W41", 6, 1],
    ]);
  });

  it("is a chart with one bar per day", () => {
    expect(growthLines(growthOf(COUNTS, NOW), true)).toEqual([
      "#________________________.__  joined: 9 in 7 days, 49 in 28",
      "________________________#_#_  gone: 4 in 7 days, 4 in 28",
      "7 days: 8 asked, 6 confirmed, 3 left, 1 bounced, 1 complained",
    ]);
  });

  it("has no lines without any event", () => {
    expect(growthLines(growthOf([], NOW), true)).toEqual([]);
  });
});
