import { describe, expect, it } from "vitest";
import { FetchFailed, type FailureKind } from "../../src/fetch/failures.js";
import { delayMs, parseRetryAfter, withRetries, type WaitInfo } from "../../src/fetch/retry.js";

const NOW = new Date("1994-11-06T08:49:37Z");

function failing(kind: FailureKind, retryAfterMs: number | null = null): () => Promise<never> {
  return async () => {
    throw new FetchFailed({ kind, url: "https://papers.example/x", detail: "HTTP 503", retryAfterMs });
  };
}

function policy(retries: number) {
  const waits: WaitInfo[] = [];
  const given = {
    retries,
    maxWaitMs: 60_000,
    random: () => 0,
    sleep: async () => {},
    onWait: (info: WaitInfo) => void waits.push(info),
  };
  return { waits, given };
}

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

describe("delayMs", () => {
  it.each([
    [1, 500, 1000],
    [2, 1000, 2000],
    [3, 2000, 4000],
    [5, 8000, 16_000],
    [6, 15_000, 30_000],
    [40, 15_000, 30_000],
  ])("after attempt %i lies between %i and %i ms", (attempt, least, most) => {
    expect(delayMs(attempt, () => 0)).toBe(least);
    expect(delayMs(attempt, () => 1)).toBe(most);
  });
});

describe("withRetries", () => {
  it("uses up its tries with growing waits, and counts them", async () => {
    const { waits, given } = policy(3);
    await expect(withRetries(failing("server-error"), given)).rejects.toThrow(
      "Could not fetch https://papers.example/x: the site has a problem of its own (HTTP 503; 4 attempts).",
    );
    expect(waits.map(({ attempt, of, waitMs }) => [attempt, of, waitMs])).toEqual([
      [1, 4, 500],
      [2, 4, 1000],
      [3, 4, 2000],
    ]);
  });

  it.each<FailureKind>(["not-found", "forbidden", "tls", "bot-check", "login", "too-large"])(
    "does not repeat %s",
    async (kind) => {
      const { waits, given } = policy(3);
      await expect(withRetries(failing(kind), given)).rejects.toMatchObject({ code: "fetch-failed", parts: { kind } });
      expect(waits).toEqual([]);
    },
  );

  it("waits as long as it is asked to, and gives up when that is too long", async () => {
    const short = policy(1);
    await expect(withRetries(failing("rate-limited", 60_000), short.given)).rejects.toMatchObject({ retryable: true });
    expect(short.waits.map(({ waitMs }) => waitMs)).toEqual([60_000]);

    const long = policy(1);
    await expect(withRetries(failing("rate-limited", 60_001), long.given)).rejects.toMatchObject({
      parts: { kind: "wait-too-long" },
      retryable: true,
    });
    expect(long.waits).toEqual([]);
  });

  it("lets a bug through as it is", async () => {
    const bug = new TypeError("a bug");
    const { given } = policy(3);
    await expect(withRetries(() => Promise.reject(bug), given)).rejects.toBe(bug);
  });
});
