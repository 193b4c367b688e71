import { describe, expect, it } from "vitest";
import { FetchFailed, type FailureKind } from "../../src/fetch/failures.js";
import { withRetries, type WaitInfo } from "../../src/fetch/retry.js";

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

describe("withRetries", () => {
  it("retries with growing waits and reports the number of attempts", async () => {
    const { waits, given } = policy(3);
    await expect(withRetries(failing("server-error"), given)).rejects.toThrow(
      "cannot fetch https://papers.example/x: the site reported a server error (HTTP 503; 4 attempts)",
    );
    expect(waits.map(({ attempt, of, waitMs }) => [attempt, of, waitMs])).toEqual([
      [1, 4, 500],
      [2, 4, 1000],
      [3, 4, 2000],
    ]);
  });

  it.each<FailureKind>(["not-found", "forbidden", "tls", "bot-check", "login", "too-large"])(
    "does not retry %s",
    async (kind) => {
      const { waits, given } = policy(3);
      await expect(withRetries(failing(kind), given)).rejects.toMatchObject({ code: "fetch-failed", parts: { kind } });
      expect(waits).toEqual([]);
    },
  );

  it("waits for Retry-After, and gives up when it is too long", async () => {
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

  it("rethrows other errors unchanged", async () => {
    const bug = new TypeError("a bug");
    const { given } = policy(3);
    await expect(withRetries(() => Promise.reject(bug), given)).rejects.toBe(bug);
  });
});
