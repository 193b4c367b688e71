import { beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../src/store/store.js";
import { later, NOW, prepared } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const oneMore = (now: unknown) => ({ value: Number(now ?? 0) + 1, result: Number(now ?? 0) });

/** The run lock, recorded runs, named values, and the check. */
export function otherContract(use: () => Opened): void {
  describe("locks, runs and values", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });

    it("gives the run lock to one holder at a time", async () => {
      const other = await use().reopen();
      const held = await store.lock();
      expect(held).not.toBeNull();
      expect(await other.lock()).toBeNull();
      expect(await store.lock()).toBeNull();
      await held?.close();
      const next = await other.lock();
      expect(next).not.toBeNull();
      await next?.close();
      await other.close();
    });

    it("accepts writes of other processes while a run holds the lock", async () => {
      const held = await store.lock();
      const other = await use().reopen();
      await prepared(other);
      expect(await other.subscribers.change("reader0@example.org", { state: "gone" }, NOW)).not.toBeNull();
      await held?.close();
      await other.close();
    });

    it("returns the same data after reopening", async () => {
      await prepared(store);
      const other = await use().reopen();
      expect(await other.subscribers.find("reader2@example.org")).toEqual(
        await store.subscribers.find("reader2@example.org"),
      );
      expect(await other.editions.recent(9)).toEqual(await store.editions.recent(9));
      await other.close();
    });

    it("lists recorded runs, newest first", async () => {
      const run = {
        startedAt: NOW,
        endedAt: later(1500),
        source: null,
        reason: "sent",
        message: "3 sent",
        result: { exit: 0 },
      };
      const next = { ...run, source: "2026-03-09", startedAt: later(9000), result: null };
      await store.runs.record(run);
      await store.runs.record(next);
      expect(await store.runs.recent(5)).toEqual([next, run]);
      expect(await store.runs.recent(1)).toEqual([next]);
    });

    it("stores named values", async () => {
      expect(await store.runs.get("paused")).toBeNull();
      await store.runs.set("paused", { since: "now", by: ["ann"] });
      await store.runs.set("paused", { since: "later" });
      expect(await store.runs.get("paused")).toEqual({ since: "later" });
      await store.runs.set("paused", null);
      expect(await store.runs.get("paused")).toBeNull();
    });

    it("changes a named value atomically across processes", async () => {
      const other = await use().reopen();
      const seen = await Promise.all(
        Array.from({ length: 40 }, (_, turn) => (turn % 2 === 0 ? use().store : other).runs.change("count", oneMore)),
      );
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, number) => number));
      expect(await use().store.runs.get("count")).toBe(40);
      await other.close();
    });

    it("passes its own check, and changes nothing when it is accepted as restored", async () => {
      await prepared(store);
      const before = await store.ledger.list({ after: 0, limit: 9 });
      await store.acceptRestored();
      expect(await store.ledger.list({ after: 0, limit: 9 })).toEqual(before);
      expect(await store.check()).toEqual([]);
    });
  });
}
