import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { addDays, editionPeriod, hasPassed, isoWeekOf, parsePeriod, utcDay } from "../../src/core/calendar.js";

describe("parsePeriod", () => {
  it.each([
    ["2026-10-02", "day", { first: "2026-10-02", last: "2026-10-02" }],
    ["2024-02-29", "day", { first: "2024-02-29", last: "2024-02-29" }],
    ["2026-02-30", "day", null],
    ["2026-13-01", "day", null],
    ["2026-W40", "week", { first: "2026-09-28", last: "2026-10-04" }],
    ["2026-W01", "week", { first: "2025-12-29", last: "2026-01-04" }],
    ["2026-W53", "week", { first: "2026-12-28", last: "2027-01-03" }],
    ["2025-W53", "week", null],
    ["2026-W54", "week", null],
    ["2026-W00", "week", null],
    ["2026-02", "month", { first: "2026-02-01", last: "2026-02-28" }],
    ["2026-13", "month", null],
    ["2026-00", "month", null],
  ])("reads %s as a %s", (text, kind, span) => {
    expect(parsePeriod(text)).toEqual({ kind, span });
  });

  it.each(["", "today", "2026", "2026-1-2", "2026-W4", "26-10-02", "2026-10-02T00:00"])(
    "returns null for %j",
    (text) => {
      expect(parsePeriod(text)).toBeNull();
    },
  );
});

it("uses UTC days", () => {
  expect(utcDay(new Date("2026-10-02T23:59:59-05:00"))).toBe("2026-10-03");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});

it("regards a period as passed when its last day has ended in UTC", () => {
  const span = { first: "2026-09-28", last: "2026-10-04" };
  expect(hasPassed(span, new Date("2026-10-04T23:59:59Z"))).toBe(false);
  expect(hasPassed(span, new Date("2026-10-05T00:00:00Z"))).toBe(true);
});

describe("days and weeks, compared with Temporal", () => {
  // Paperboy uses Date, since a polyfill of Temporal takes as long to load as a whole small command.
  const days = fc.date({ min: new Date("1990-01-01"), max: new Date("2090-12-31"), noInvalidDate: true }).map(utcDay);

  it("agree on the ISO week and its days", () => {
    fc.assert(
      fc.property(days, (day) => {
        const { yearOfWeek, weekOfYear, dayOfWeek } = Temporal.PlainDate.from(day);
        const week = isoWeekOf(day);
        expect(week).toBe(`${yearOfWeek}-W${String(weekOfYear).padStart(2, "0")}`);
        expect(parsePeriod(week)?.span?.first).toBe(
          Temporal.PlainDate.from(day)
            .subtract({ days: dayOfWeek - 1 })
            .toString(),
        );
      }),
    );
  });

  it("agree on sums of days and the last day of a month", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -800, max: 800 }), (day, count) => {
        const date = Temporal.PlainDate.from(day);
        expect(addDays(day, count)).toBe(date.add({ days: count }).toString());
        expect(parsePeriod(day.slice(0, 7))?.span?.last).toBe(date.with({ day: date.daysInMonth }).toString());
      }),
    );
  });
});

describe("editionPeriod", () => {
  it.each([
    ["day:2026-03-09", { kind: "day", date: "2026-03-09", last: "2026-03-09" }],
    ["days:2026-03-07..2026-03-09", { kind: "day", date: "2026-03-07..2026-03-09", last: "2026-03-09" }],
    ["week:2026-W11", { kind: "week", date: "2026-W11", last: "2026-W11" }],
    ["month:2026-03", { kind: "month", date: "2026-03", last: "2026-03" }],
  ])("reads %s", (id, period) => {
    expect(editionPeriod(id)).toEqual(period);
  });

  it.each([
    "search:rare illness@2026-03-09",
    "trending@2026-03-09",
    "url:https://example.org/secret@2026-03-09",
    `file:${"a".repeat(64)}`,
    "paper:2603.00001",
    "day:2026-02-30",
    "day:2026-W11",
    "week:2026-03-09",
    "weeks:2026-W10..2026-W11",
    "days:2026-03-09",
    "day:2026-03-07..2026-03-09",
    "day:2026-03-09\n",
    "day:",
    "",
  ])("returns null for %j", (id) => {
    expect(editionPeriod(id)).toBeNull();
  });
});
