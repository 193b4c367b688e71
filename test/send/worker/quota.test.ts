import { assert, array, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { openRate } from "../../../src/send/worker/quota.js";

const HOUR = 3_600_000;
const START = Date.parse("2026-03-10T06:00:00Z");

describe("openRate", () => {
  it("without limits lets everything through and keeps nothing", () => {
    const rate = openRate({}, undefined);
    rate.use(1_000_000, START);
    expect([rate.available(START), rate.waitMs(START), rate.state()]).toEqual([Number.POSITIVE_INFINITY, 0, {}]);
  });

  it("the tightest of several limits counts", () => {
    const rate = openRate({ perSecond: 5, perHour: 100, perDay: 7 }, undefined);
    rate.use(5, START);
    expect(rate.available(START)).toBe(0);
    expect(rate.available(START + 1200)).toBe(2);
  });

  it("lets a minute's worth through in any minute, and all but a sixtieth of it over time", () => {
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

  it("comes back from the store as it went there", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(7, START);
    const saved: unknown = JSON.parse(JSON.stringify(rate.state()));
    expect(openRate({ perHour: 10 }, saved).available(START + 1000)).toBe(3);
    expect(openRate({ perHour: 10 }, saved).available(START + 1.1 * HOUR)).toBe(10);
  });

  it("says how long to wait, and then something is available", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START + 123);
    const wait = rate.waitMs(START + 5000);
    expect(wait).toBeGreaterThan(0);
    expect(rate.available(START + 5000 + wait)).toBe(10);
  });

  it("gives back what did not go out", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START);
    rate.use(-4, START + 1000);
    expect(rate.available(START + 1000)).toBe(4);
  });

  it("a clock that is put back frees nothing and blocks nothing for longer than the span", () => {
    const rate = openRate({ perHour: 10 }, undefined);
    rate.use(10, START + 24 * HOUR);
    expect(rate.available(START)).toBe(0);
    expect(rate.available(START + 1.1 * HOUR)).toBe(10);
  });

  it.each([null, 5, "x", { perHour: 5 }, { perHour: [[1], ["a", 2], [1, -2], null] }])(
    "takes %j from a damaged store for nothing used",
    (saved) => {
      expect(openRate({ perHour: 10 }, saved).available(START)).toBe(10);
    },
  );

  it("never lets more than the limit through in any hour, however the messages come", () => {
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
