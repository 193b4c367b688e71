import { beforeEach, describe, expect, it } from "vitest";
import type { PushClaim, PushSettlement, Store } from "../../../src/store/store.js";
import { HOUR, later, LEASE_MS, NOW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const DAY = "day:2026-03-09";
const TARGETS = ["team", "ops"];
const DEADLINE = later(44 * HOUR);

/** Editions on their way to webhooks and chats. */
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
      store.pushes.settle({ claim, state, detail: `so it was ${state}`, ...(nextAt ? { nextAt } : {}) }, NOW);
    const gate = (claim: PushClaim, leaseMs = LEASE_MS) => store.pushes.gate({ claim, now: NOW, leaseMs });
    const states = async () =>
      (await store.pushes.list({ limit: 10 })).map(({ target, state }) => `${target} ${state}`);

    it("are put in line once for an edition and a target, however often they are planned", async () => {
      const again = { editionId: DAY, targets: TARGETS, sendBefore: DEADLINE };
      expect(await store.pushes.plan(again, NOW)).toBe(1);
      expect(await store.pushes.plan(again, NOW)).toBe(0);
      await settle(await taken(), "sent");
      expect(await store.pushes.plan(again, NOW)).toBe(0);
      expect(await states()).toEqual(["ops pending", "team sent"]);
    });

    it("come out the oldest first, each to one sender alone", async () => {
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

    it("go to one of two senders that ask at the same time", async () => {
      const other = await use().reopen();
      const both = await Promise.all([take(), take(NOW, LEASE_MS, other)]);
      expect(both.filter((claim) => claim !== null)).toHaveLength(1);
    });

    it("to a target that nobody asks for are left alone", async () => {
      expect(await store.pushes.claim({ targets: ["ops"], now: NOW, leaseMs: LEASE_MS })).toBeNull();
      expect(await store.pushes.claim({ targets: [], now: NOW, leaseMs: LEASE_MS })).toBeNull();
      expect(await states()).toEqual(["team pending"]);
    });

    it("wait until they are due again", async () => {
      await settle(await taken(), "deferred", later(HOUR));
      expect(await store.pushes.list({ limit: 1 })).toEqual([
        {
          editionId: DAY,
          target: "team",
          state: "deferred",
          attempts: 1,
          nextAt: later(HOUR),
          detail: "so it was deferred",
          changedAt: NOW,
        },
      ]);
      expect(await take(later(HOUR - 1))).toBeNull();
      expect(await take(later(HOUR))).toMatchObject({ attempt: 2 });
    });

    it.each(["sent", "skipped", "refused", "uncertain"] as const)("that are %s are over", async (state) => {
      await settle(await taken(), state);
      expect(await take(later(HOUR))).toBeNull();
      expect(await states()).toEqual([`team ${state}`]);
    });

    it("are worth nothing past their deadline", async () => {
      expect(await take(DEADLINE)).toBeNull();
      expect(await states()).toEqual(["team expired"]);
    });

    it("whose sender died before the gate are taken again", async () => {
      await taken(NOW, -1);
      expect(await take()).toMatchObject({ target: "team", attempt: 2 });
    });

    it("whose sender died behind the gate may have arrived, and are not repeated", async () => {
      expect(await gate(await taken(), 0)).toBe(true);
      expect(await take()).toBeNull();
      expect(await states()).toEqual(["team uncertain"]);
    });

    it("of senders that died are taken back at once by whoever holds the run lock", async () => {
      await store.pushes.plan({ editionId: DAY, targets: ["ops"], sendBefore: DEADLINE }, NOW);
      await gate(await taken());
      await taken();
      expect(await store.pushes.recover(NOW)).toEqual([
        { editionId: DAY, target: "team", detail: "its sender ended before an answer came" },
      ]);
      expect(await states()).toEqual(["ops pending", "team uncertain"]);
      expect(await store.pushes.recover(NOW)).toEqual([]);
    });

    it("pass no gate once their claim is over", async () => {
      const claim = await taken(NOW, -1);
      expect(await gate(claim)).toBe(false);
      const next = await taken();
      expect(await gate(claim)).toBe(false);
      expect(await gate(next)).toBe(true);
    });

    it("are not settled by an old claim", async () => {
      const old = await taken(NOW, -1);
      await taken();
      await settle(old, "refused");
      expect(await states()).toEqual(["team claimed"]);
    });

    it.each(["skipped", "deferred", "refused", "uncertain"] as const)(
      "that were %s go back in line by a person's word, with a deadline of their own",
      async (state) => {
        await settle(await taken(), state, later(HOUR));
        const again = { editionId: DAY, target: "team", sendBefore: later(50 * HOUR) };
        expect(await store.pushes.retry(again, NOW)).toBe(true);
        expect(await take(later(45 * HOUR))).toMatchObject({ attempt: 1, sendBefore: later(50 * HOUR) });
      },
    );

    it("that were sent, are on their way, or do not exist are not put back in line", async () => {
      const again = { editionId: DAY, target: "team", sendBefore: DEADLINE };
      const claim = await taken();
      expect(await store.pushes.retry(again, NOW)).toBe(false);
      await settle(claim, "sent");
      expect(await store.pushes.retry(again, NOW)).toBe(false);
      expect(await store.pushes.retry({ ...again, target: "ops" }, NOW)).toBe(false);
      expect(await states()).toEqual(["team sent"]);
    });

    it("are listed by edition, the newest first", async () => {
      await store.pushes.plan({ editionId: "week:2026-W10", targets: TARGETS, sendBefore: DEADLINE }, NOW);
      expect((await store.pushes.list({ limit: 2 })).map(({ editionId }) => editionId)).toEqual([
        "week:2026-W10",
        "week:2026-W10",
      ]);
      expect(await store.pushes.list({ editionId: DAY, limit: 10 })).toMatchObject([{ target: "team" }]);
    });
  });
}
