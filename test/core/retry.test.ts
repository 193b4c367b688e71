import { describe, expect, it } from "vitest";
import { backoffMs, parseRetryAfter } from "../../src/core/retry.js";

const NOW = new Date("1994-11-06T08:49:37Z");

describe("backoffMs", () => {
  it.each([
    ["fetch", 1, 500, 1000],
    ["fetch", 2, 1000, 2000],
    ["fetch", 3, 2000, 4000],
    ["fetch", 5, 8000, 16_000],
    ["fetch", 6, 15_000, 30_000],
    ["fetch", 40, 15_000, 30_000],
    ["message", 1, 300_000, 360_000],
    ["message", 4, 21_600_000, 25_920_000],
    ["message", 9, 21_600_000, 25_920_000],
    ["route", 1, 60_000, 72_000],
    ["route", 6, 1_800_000, 2_160_000],
    ["webhook", 1, 15_000, 15_000],
    ["webhook", 7, 10_800_000, 10_800_000],
  ] as const)("waits after %s failure %i between %i and %i ms", (kind, failure, least, most) => {
    expect(backoffMs(kind, failure, () => 0)).toBe(least);
    expect(backoffMs(kind, failure, () => 1)).toBe(most);
  });
});

describe("parseRetryAfter", () => {
  it.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["86400", 86_400_000],
    ["Sun, 06 Nov 1994 08:50:37 GMT", 60_000],
    ["Sunday, 06-Nov-94 08:50:37 GMT", 60_000],
    ["Sun Nov  6 08:50:37 1994", 60_000],
    ["Sun, 06 Nov 1994 08:00:00 GMT", 0],
    ["-5", null],
    ["1.5", null],
    ["soon", null],
    ["Sun, nonsense GMT", null],
    ["", null],
    [null, null],
  ])("reads %j as %j ms", (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
