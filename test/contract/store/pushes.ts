import { beforeEach, describe, expect, it } from "vitest";
import type { PushClaim, PushSettlement, Store } from "../../../src/store/store.js";
import { HOUR, later, LEASE_MS, NOW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const DAY = "day:2026-03-09";
const TARGETS = ["team", "ops"];
const DEADLINE = later(44 * HOUR);

/** Pushes of editions to webhooks and chats. */
export function pushContract(use: () => Opened): void {
  describe("pushes", () => {
    let store: Store;
    beforeEach(async () => {
      ({ store } = use());
      await store.pushes.plan({ editionId: DAY, targets: ["team"], sendBefore: DEADLINE }, NOW);
    });

    const take = (now = NOW, leaseMs = LEASE_MS, by = store) => by.pushes.claim({ targets: TARGETS, now, leaseMs });
    const taken = async (now = NOW, leaseMs = LEASE_MS): Promise<PushClaim> => {
      const claim = await take(now, leaseMs);
      if (claim === null) throw new Error("nothing to claim");
      return claim;
    };
    const settle = (claim: PushClaim, state: PushSettlement["state"], nextAt?: Date) =>
      store.pushes.settle({ claim, state, detail: `ended ${state}`, ...(nextAt ? { nextAt } : {}) }, NOW);
    const gate = (claim: PushClaim, leaseMs = LEASE_MS) => store.pushes.gate({ claim, now: NOW, leaseMs });
    const states = async () =>
      (await store.pushes.list({ limit: 10 })).map(({ target, state }) => `${target} ${state}`);

    it("adds one push per edition and target, also when it is planned again", async () => {
      const again = { editionId: DAY, targets: TARGETS, sendBefore: DEADLINE };
      expect(await store.pushes.plan(again, NOW)).toBe(1);
      expect(await store.pushes.plan(again, NOW)).toBe(0);
      await settle(await taken(), "sent");
      expect(await store.pushes.plan(again, NOW)).toBe(0);
      expect(await states()).toEqual(["ops pending", "team sent"]);
    });

    it("claims the oldest push first, each for one sender", async () => {
      await store.pushes.plan({ editionId: DAY, targets: ["ops"], sendBefore: DEADLINE }, NOW);
      const first = await taken();
      expect(first).toEqual({
        id: first.id,
        claimId: first.claimId,
        editionId: DAY,
        target: "team",
        attempt: 1,
        sendBefore: DEADLINE,
      });
      const other = await use().reopen();
      expect(await take(NOW, LEASE_MS, other)).toMatchObject({ target: "ops" });
      expect(await take()).toBeNull();
    });

    it("gives a push to one of two concurrent senders", async () => {
      const other = await use().reopen();
      const both = await Promise.all([take(), take(NOW, LEASE_MS, other)]);
      expect(both.filter((claim) => claim !== null)).toHaveLength(1);
    });

    it("claims no push of other targets", async () => {
      expect(await store.pushes.claim({ targets: ["ops"], now: NOW, leaseMs: LEASE_MS })).toBeNull();
      expect(await store.pushes.claim({ targets: [], now: NOW, leaseMs: LEASE_MS })).toBeNull();
      expect(await states()).toEqual(["team pending"]);
    });

    it("claims a deferred push when it is due", async () => {
      await settle(await taken(), "deferred", later(HOUR));
      expect(await store.pushes.list({ limit: 1 })).toEqual([
        {
          editionId: DAY,
          target: "team",
          state: "deferred",
          attempts: 1,
          nextAt: later(HOUR),
          detail: "ended deferred",
          changedAt: NOW,
        },
      ]);
      expect(await take(later(HOUR - 1))).toBeNull();
      expect(await take(later(HOUR))).toMatchObject({ attempt: 2 });
    });

    it.each(["sent", "skipped", "refused", "uncertain"] as const)("claims no push that is %s", async (state) => {
      await settle(await taken(), state);
      expect(await take(later(HOUR))).toBeNull();
      expect(await states()).toEqual([`team ${state}`]);
    });

    it("expires a push after its deadline", async () => {
      expect(await take(DEADLINE)).toBeNull();
      expect(await states()).toEqual(["team expired"]);
    });

    it("claims a push again when its sender died before the gate", async () => {
      await taken(NOW, -1);
      expect(await take()).toMatchObject({ target: "team", attempt: 2 });
    });

    it("marks a push uncertain when its sender died after the gate", async () => {
      expect(await gate(await taken(), 0)).toBe(true);
      expect(await take()).toBeNull();
      expect(await states()).toEqual(["team uncertain"]);
    });

    it("releases all claims at once for the holder of the run lock", async () => {
      await store.pushes.plan({ editionId: DAY, targets: ["ops"], sendBefore: DEADLINE }, NOW);
      await gate(await taken());
      await taken();
      expect(await store.pushes.recover(NOW)).toEqual([
        { editionId: DAY, target: "team", detail: "its sender ended before an answer came" },
      ]);
      expect(await states()).toEqual(["ops pending", "team uncertain"]);
      expect(await store.pushes.recover(NOW)).toEqual([]);
    });

    it("closes the gate when the claim has expired", async () => {
      const claim = await taken(NOW, -1);
      expect(await gate(claim)).toBe(false);
      const next = await taken();
      expect(await gate(claim)).toBe(false);
      expect(await gate(next)).toBe(true);
    });

    it("ignores the result of an expired claim", async () => {
      const old = await taken(NOW, -1);
      await taken();
      await settle(old, "refused");
      expect(await states()).toEqual(["team claimed"]);
    });

    it.each(["skipped", "deferred", "refused", "uncertain"] as const)(
      "queues a %s push again with a new deadline",
      async (state) => {
        await settle(await taken(), state, later(HOUR));
        const again = { editionId: DAY, target: "team", sendBefore: later(50 * HOUR) };
        expect(await store.pushes.retry(again, NOW)).toBe(true);
        expect(await take(later(45 * HOUR))).toMatchObject({ attempt: 1, sendBefore: later(50 * HOUR) });
      },
    );

    it("queues no sent, claimed or unknown push again", async () => {
      const again = { editionId: DAY, target: "team", sendBefore: DEADLINE };
      const claim = await taken();
      expect(await store.pushes.retry(again, NOW)).toBe(false);
      await settle(claim, "sent");
      expect(await store.pushes.retry(again, NOW)).toBe(false);
      expect(await store.pushes.retry({ ...again, target: "ops" }, NOW)).toBe(false);
      expect(await states()).toEqual(["team sent"]);
    });

    it("lists pushes by edition, newest first", async () => {
      await store.pushes.plan({ editionId: "week:2026-W10", targets: TARGETS, sendBefore: DEADLINE }, NOW);
      expect((await store.pushes.list({ limit: 2 })).map(({ editionId }) => editionId)).toEqual([
        "week:2026-W10",
        "week:2026-W10",
      ]);
      expect(await store.pushes.list({ editionId: DAY, limit: 10 })).toMatchObject([{ target: "team" }]);
    });
  });
}
