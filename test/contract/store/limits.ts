import { beforeEach, describe, expect, it } from "vitest";
import type { Bucket, Store } from "../../../src/store/store.js";
import { later, NOW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const FIVE: Bucket = { name: "five", capacity: 5, refillMs: 5000 };
const TWO: Bucket = { name: "two", capacity: 2, refillMs: 60_000 };

/** Token buckets, shared by all processes. */
export function limitContract(use: () => Opened): void {
  describe("limits", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });

    const take = (buckets: readonly Bucket[], ms = 0, count = 1) =>
      store.limits.take(buckets, { count, now: later(ms) });

    it("grants the tokens of a full bucket, then as many as are refilled", async () => {
      for (let turn = 0; turn < 5; turn += 1) expect(await take([FIVE])).toEqual({ ok: true });
      expect(await take([FIVE])).toEqual({ ok: false, bucket: "five", retryInMs: 1000 });
      expect(await take([FIVE], 999)).toMatchObject({ ok: false, retryInMs: 1 });
      expect(await take([FIVE], 1000)).toEqual({ ok: true });
      expect(await take([FIVE], 1000)).toMatchObject({ ok: false });
    });

    it("takes tokens from all buckets or from none", async () => {
      await take([TWO], 0, 2);
      expect(await take([FIVE, TWO])).toEqual({ ok: false, bucket: "two", retryInMs: 30_000 });
      expect(await take([FIVE], 0, 5)).toEqual({ ok: true });
    });

    it("never fills a bucket above its capacity, and refills nothing when the clock goes back", async () => {
      await take([TWO], 0, 2);
      expect(await take([TWO], -3_600_000)).toMatchObject({ ok: false });
      expect(await take([TWO], 86_400_000, 2)).toEqual({ ok: true });
      expect(await take([TWO], 86_400_000)).toMatchObject({ ok: false });
    });

    it("loses no tokens when the clock goes back", async () => {
      await take([FIVE]);
      expect(await take([FIVE], -10_000)).toEqual({ ok: true });
    });

    it("refills nothing twice when the clock goes back and forth", async () => {
      await take([FIVE], 0, 4);
      expect(await take([FIVE], -5000)).toEqual({ ok: true });
      expect(await take([FIVE])).toMatchObject({ ok: false });
    });

    it("shares buckets between processes and grants no token twice", async () => {
      const other = await use().reopen();
      const grants = await Promise.all(
        Array.from({ length: 20 }, (_, turn) =>
          (turn % 2 === 0 ? store : other).limits.take([FIVE], { count: 1, now: NOW }),
        ),
      );
      expect(grants.filter(({ ok }) => ok)).toHaveLength(5);
      await other.close();
    });
  });
}
