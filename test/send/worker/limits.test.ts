import { assert, array, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { openRate } from "../../../src/send/worker/limits.js";

const HOUR = 3_600_000;
const START = Date.parse("2026-03-10T06:00:00Z");

describe("openRate", () => {
  it("allows everything and stores nothing without limits", () => {
    const rate = openRate({}, undefined);
    rate.use(1_000_000, START);
    expect([rate.available(START), rate.waitMs(START), rate.state()]).toEqual([Number.POSITIVE_INFINITY, 0, {}]);
  });

  it("applies the tightest of several limits", () => {
    const rate = openRate({ perSecond: 5, perHour: 100, perDay: 7 }, undefined);
    rate.use(5, START);
    expect(rate.available(START)).toBe(0);
    expect(rate.available(START + 1200)).toBe(2);
  });

  it("allows at most the limit in any minute, and at least 98% of it over time", () => {
    const rate = openRate({ perMinute: 600 }, undefined);
    const sent: number[] = [];
    for (let at = START; at < START + 10 * 60_000; at += 100) {
      const now = rate.available(at);
      rate.use(now, at);
      sent.push(...Array.from({ length: now }, () => at));
    }
    const inMinute = sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length);
    expect(Math.max(...inMinute)).toBe(600);
    expect(sent.length).toBeGreaterThan(10 * 600 * 0.98);
  });

  it("restores its state from the store", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(7, START);
    const saved: unknown = JSON.parse(JSON.stringify(rate.state()));
    expect(openRate({ perHour: 10 }, saved).available(START + 1000)).toBe(3);
    expect(openRate({ perHour: 10 }, saved).available(START + 1.1 * HOUR)).toBe(10);
  });

  it("returns how long to wait until more is available", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START + 123);
    const wait = rate.waitMs(START + 5000);
    expect(wait).toBeGreaterThan(0);
    expect(rate.available(START + 5000 + wait)).toBe(10);
  });

  it("accepts the return of unused messages", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START);
    rate.use(-4, START + 1000);
    expect(rate.available(START + 1000)).toBe(4);
  });

  it("allows no more, and blocks no longer than the span, when the clock goes back", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START + 24 * HOUR);
    expect(rate.available(START)).toBe(0);
    expect(rate.available(START + 1.1 * HOUR)).toBe(10);
  });

  it.each([null, 5, "x", { perHour: 5 }, { perHour: [[1], ["a", 2], [1, -2], null] }])(
    "treats %j from a damaged store as unused",
    (saved) => {
      expect(openRate({ perHour: 10 }, saved).available(START)).toBe(10);
    },
  );

  it("never allows more than the limit in any hour, whatever the pattern", () => {
    assert(
      property(array(integer({ min: 0, max: 20 * 60_000 }), { maxLength: 60 }), (pauses) => {
        const rate = openRate({ perHour: 10 }, undefined);
        const sent: number[] = [];
        let now = START;
        for (const pause of pauses) {
          now += pause;
          const count = Math.min(3, rate.available(now));
          rate.use(count, now);
          sent.push(...Array.from({ length: count }, () => now));
        }
        const inHourBefore = (at: number) => sent.filter((instant) => instant <= at && instant > at - HOUR).length;
        expect(Math.max(0, ...sent.map(inHourBefore))).toBeLessThanOrEqual(10);
      }),
      { numRuns: 200 },
    );
  });
});
