import { beforeEach, describe, expect, it } from "vitest";
import type { Claim, Settlement, Store } from "../../../src/store/store.js";
import type { Opened } from "./fixtures.js";
import {
  claim,
  DAY,
  edition,
  HOUR,
  later,
  LEASE_MS,
  NONE,
  NOW,
  prepare,
  prepared,
  reader,
  sendAll,
} from "./fixtures.js";

const KEY = { editionId: DAY.id, channel: "smtp" } as const;

async function first(store: Store): Promise<Claim> {
  const [taken] = await claim(store, { limit: 1 });
  if (!taken) throw new Error("nothing was claimed");
  return taken;
}

/** Claims, the gate and results of deliveries. */
export function ledgerContract(use: () => Opened): void {
  describe("ledger", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });
    const counts = (): ReturnType<Store["ledger"]["counts"]> => store.ledger.counts(KEY);
    const settle = (taken: Claim, parts: Partial<Settlement> = {}): Promise<void> =>
      store.ledger.settle([{ claim: taken, state: "sent", detail: "250 ok", ...parts }], NOW);

    it("claims each delivery once, also for two concurrent processes", async () => {
      await prepared(store, 20);
      const other = await use().reopen();
      const claims = (await Promise.all([store, other, store, other].map((one) => claim(one, { limit: 6 })))).flat();
      expect(claims).toHaveLength(20);
      expect(new Set(claims.map(({ id }) => id)).size).toBe(20);
      expect(await claim(other)).toEqual([]);
      await other.close();
    });

    it.each([
      ["all open editions", {}, 4],
      ["one edition", { editionIds: [DAY.id] }, 2],
      ["no edition for an unknown id", { editionIds: ["day:1999-01-01"] }, 0],
      ["nothing of another channel", { channel: "outbox" as const }, 0],
      ["up to the limit", { limit: 3 }, 3],
      ["only other domains", { exceptDomains: ["Example.org"] }, 2],
      ["only one domain", { onlyDomain: "Example.org", exceptDomains: ["example.org"] }, 2],
      ["nothing after the deadline", { now: later(44 * HOUR) }, 0],
    ])("claims %s", async (_, parts, many) => {
      await store.subscribers.add([reader("a@example.org"), reader("b@example.net")], { now: NOW });
      await prepare(store);
      await prepare(store, edition("day:2026-03-10", ["2603.00010"]));
      const claims = await claim(store, parts);
      expect(claims).toHaveLength(many);
      expect(claims.every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it("passes a claim through the gate once", async () => {
      await prepared(store, 1);
      const taken = await first(store);
      expect(await store.ledger.gate([taken], NOW)).toEqual(new Set([taken.id]));
      expect(await store.ledger.gate([taken], NOW)).toEqual(new Set());
      expect(await counts()).toEqual({ ...NONE, prepared: 1, uncertain: 1 });
    });

    it("passes only the valid claims of a batch through the gate", async () => {
      await prepared(store, 3);
      const claims = await claim(store);
      await store.subscribers.change("reader1@example.org", { state: "gone" }, NOW);
      const passed = await store.ledger.gate([...claims, { id: 999, claimId: "x" }], NOW);
      expect(passed).toEqual(new Set([claims[0]?.id, claims[2]?.id]));
    });

    it.each<[string, (taken: Claim) => Promise<unknown>]>([
      ["the reader left", async () => store.subscribers.change("reader0@example.org", { state: "gone" }, NOW)],
      ["the address bounced", async () => store.subscribers.change("reader0@example.org", { state: "bounced" }, NOW)],
      ["the reader was erased", async () => store.subscribers.erase("reader0@example.org", NOW)],
      ["the reader paused", async () => store.subscribers.change("reader0@example.org", { state: "paused" }, NOW)],
      ["the claim was recovered", async () => store.ledger.recover(NOW)],
      ["another process has claimed it since", async () => (await store.ledger.recover(NOW), first(store))],
      ["the claim is settled", async (taken) => settle(taken, { state: "refused" })],
    ])("closes the gate when %s", async (_, meanwhile) => {
      await prepared(store, 1);
      // The lease expires at once, so that every implementation can release it.
      const [taken] = await claim(store, { leaseMs: 0 });
      if (!taken) throw new Error("nothing was claimed");
      await meanwhile(taken);
      expect(await store.ledger.gate([taken], NOW)).toEqual(new Set());
    });

    it("closes the gate when the lease has expired, and does not renew that lease", async () => {
      await prepared(store, 1);
      const [taken] = await claim(store, { leaseMs: 0 });
      if (!taken) throw new Error("nothing was claimed");
      await store.ledger.renew([taken], LEASE_MS);
      expect(await store.ledger.gate([taken], NOW)).toEqual(new Set());
    });

    it("renews a valid lease", async () => {
      await prepared(store, 1);
      const taken = await first(store);
      await store.ledger.renew([taken], 0);
      expect(await store.ledger.gate([taken], NOW)).toEqual(new Set());
    });

    it.each<[string, Partial<Settlement>, object, number]>([
      ["sent", { state: "sent" }, { sent: 1 }, 0],
      ["refused", { state: "refused" }, { refused: 1 }, 0],
      ["uncertain", { state: "uncertain" }, { uncertain: 1 }, 0],
      ["suppressed", { state: "suppressed" }, { suppressed: 1 }, 0],
      ["pending", { state: "pending" }, { pending: 1 }, 1],
      ["deferred", { state: "deferred", nextAt: later(1) }, { deferred: 1 }, 0],
      ["deferred and due", { state: "deferred", nextAt: NOW }, { deferred: 1 }, 1],
    ])("settles as %s", async (_, parts, expected, claimable) => {
      await prepared(store, 1);
      const taken = await first(store);
      await store.ledger.gate([taken], NOW);
      await settle(taken, { detail: "the reply", ...parts });
      expect(await counts()).toEqual({ ...NONE, prepared: 1, ...expected });
      const [row] = await store.ledger.list({ after: 0, limit: 1 });
      expect(row).toMatchObject({
        id: taken.id,
        detail: "the reply",
        attempts: 1,
        address: "reader0@example.org",
      });
      const again = await claim(store);
      expect(again.map(({ attempt }) => attempt)).toEqual(claimable === 1 ? [2] : []);
    });

    it("ignores the result of a released claim", async () => {
      await prepared(store, 1);
      const [lost] = await claim(store, { leaseMs: 0 });
      await store.ledger.recover(NOW);
      const held = await first(store);
      if (lost) await settle(lost, { state: "refused" });
      expect(await counts()).toEqual({ ...NONE, prepared: 1, pending: 1 });
      expect(await store.ledger.gate([held], NOW)).toEqual(new Set([held.id]));
    });

    it.each<[Settlement["state"], object]>([
      ["sent", { sent: 1 }],
      ["refused", { refused: 1 }],
      ["pending", { uncertain: 1 }],
      ["deferred", { uncertain: 1 }],
    ])("applies a late result to a delivery that became uncertain: %s", async (state, expected) => {
      await prepared(store, 1);
      const [taken] = await claim(store, { leaseMs: 1000 });
      if (!taken) throw new Error("nothing was claimed");
      await store.ledger.gate([taken], NOW);
      await store.ledger.renew([taken], 0);
      expect(await store.ledger.recover(NOW)).toEqual({ pending: 0, uncertain: 1 });
      await settle(taken, { state });
      expect(await counts()).toEqual({ ...NONE, prepared: 1, ...expected });
    });

    it("returns when the next deferred delivery is due", async () => {
      await prepared(store, 3);
      expect(await store.ledger.nextDue("smtp")).toBeNull();
      const [one, two] = await claim(store);
      if (one) await settle(one, { state: "deferred", nextAt: later(2 * HOUR) });
      if (two) await settle(two, { state: "deferred", nextAt: later(HOUR) });
      expect(await store.ledger.nextDue("smtp")).toEqual(later(HOUR));
      expect(await store.ledger.nextDue("outbox")).toBeNull();
      await store.ledger.expire(later(44 * HOUR));
      expect(await store.ledger.nextDue("smtp")).toBeNull();
    });

    it("expires queued deliveries past their deadline and no others", async () => {
      await prepared(store, 4);
      const [one, two, three] = await claim(store, { limit: 3 });
      if (one) await settle(one);
      if (two) await settle(two, { state: "deferred", nextAt: later(HOUR) });
      expect(await store.ledger.expire(later(44 * HOUR - 1))).toBe(0);
      expect(await store.ledger.expire(later(44 * HOUR))).toBe(2);
      expect(await counts()).toEqual({ ...NONE, prepared: 4, sent: 1, expired: 2, pending: 1 });
      // A claimed delivery expires once it is pending again.
      if (three) await settle(three, { state: "pending" });
      expect(await claim(store, { now: later(45 * HOUR) })).toEqual([]);
      expect(await counts()).toEqual({ ...NONE, prepared: 4, sent: 1, expired: 3 });
    });

    it("releases the claims of dead processes: pending before the gate, uncertain after it", async () => {
      await prepared(store, 4);
      const claims = await claim(store, { limit: 3, leaseMs: 1000 });
      await store.ledger.gate(claims.slice(0, 1), NOW);
      await store.ledger.renew(claims, 0);
      expect(await store.ledger.recover(NOW)).toEqual({ pending: 2, uncertain: 1 });
      expect(await counts()).toEqual({ ...NONE, prepared: 4, pending: 3, uncertain: 1 });
      expect(await store.ledger.recover(NOW)).toEqual({ pending: 0, uncertain: 0 });
      expect((await claim(store)).map(({ id }) => id)).not.toContain(claims[0]?.id);
    });

    it.each<[string, () => Promise<unknown>]>([
      ["leaves", async () => store.subscribers.change("reader0@example.org", { state: "gone" }, NOW)],
      ["is erased", async () => store.subscribers.erase("reader0@example.org", NOW)],
      [
        "pauses",
        async () => (await store.subscribers.change("reader0@example.org", { state: "paused" }, NOW), claim(store)),
      ],
      [
        "bounces",
        async () => {
          const taken = await first(store);
          await settle(taken, { state: "refused", bounce: { damage: "hard", status: "5.1.1" } });
          expect(await store.subscribers.find("reader0@example.org")).toMatchObject({ state: "bounced" });
        },
      ],
    ])("suppresses the queued deliveries of a reader who %s", async (_, happens) => {
      await prepared(store, 1);
      await prepare(store, edition("day:2026-03-08", ["2603.00008"]));
      await happens();
      expect((await store.ledger.counts({ ...KEY, editionId: "day:2026-03-08" })).suppressed).toBe(1);
      expect(await claim(store)).toEqual([]);
    });

    it("ends a reader by permanent refusals on two days, and not by one", async () => {
      await prepared(store, 1);
      await settle(await first(store), { state: "refused", bounce: { damage: "permanent", status: "5.2.1" } });
      const { id = 0 } = (await store.subscribers.find("reader0@example.org")) ?? {};
      expect(await store.subscribers.byId(id)).toMatchObject({ state: "active" });
      const bounce = { type: "bounce", subscriberId: id, damage: "permanent", status: "5.2.1" } as const;
      const [mail] = await store.inbox.keep([Buffer.from("report")], NOW).then(() => store.inbox.pending(1));
      const day = new Date(Number(NOW) + 24 * 3_600_000);
      await store.inbox.settle([{ id: mail?.id ?? 0, outcome: "permanent bounce", effects: [bounce] }], day);
      expect(await store.subscribers.byId(id)).toMatchObject({ state: "bounced" });
    });

    it("does not count a claim that is returned unused, and keeps the last reply of the server", async () => {
      await prepared(store, 1);
      const words = { detail: "451 4.7.1 later", nextAt: NOW } as const;
      await settle(await first(store), { state: "deferred", ...words });
      await settle(await first(store), { state: "pending", detail: "", isUnstarted: true });
      const [row] = await store.ledger.list({ after: 0, limit: 1 });
      expect(row).toMatchObject({ state: "pending", attempts: 1, detail: words.detail });
      expect(await first(store)).toMatchObject({ attempt: 2 });
    });

    it("counts a letter that a full mailbox defers once, however often it is tried", async () => {
      await store.subscribers.add([reader("reader0@example.org")], { now: NOW });
      const full = { state: "deferred", bounce: { damage: "soft", status: "4.2.2" } } as const;
      const states: string[] = [];
      for (const [index, days] of [0, 3, 6, 9, 14].entries()) {
        const now = later(days * 24 * HOUR);
        await prepare(store, edition(`day:2026-04-0${index + 1}`, [`2604.0000${index}`]), { query: { now } });
        for (const hours of [0, 1, 30]) {
          const at = later(hours * HOUR, now);
          const taken = await claim(store, { now: at });
          await store.ledger.settle(
            taken.map((one) => ({ claim: one, detail: "452 4.2.2 full", nextAt: at, ...full })),
            at,
          );
        }
        states.push((await store.subscribers.find("reader0@example.org"))?.state ?? "");
      }
      expect(states).toEqual(["active", "active", "active", "active", "bounced"]);
    });

    it("does not change a reader who has left to bounced", async () => {
      await prepared(store, 1);
      const taken = await first(store);
      await store.subscribers.change("reader0@example.org", { state: "gone" }, NOW);
      await settle(taken, { state: "refused", bounce: { damage: "hard", status: "5.1.1" } });
      expect(await store.subscribers.find("reader0@example.org")).toMatchObject({ state: "gone" });
    });

    it("lists deliveries by state and edition, in pages", async () => {
      await prepared(store, 5);
      await prepare(store, edition("day:2026-03-08", ["2603.00008"]), { query: { channel: "outbox" } });
      await sendAll(store);
      const page = await store.ledger.list({ state: "sent", after: 0, limit: 3 });
      const rest = await store.ledger.list({ state: "sent", after: page.at(-1)?.id ?? 0, limit: 3 });
      expect([page.length, rest.length]).toEqual([3, 2]);
      expect(await store.ledger.list({ editionId: "day:2026-03-08", after: 0, limit: 9 })).toHaveLength(5);
      expect(await store.ledger.list({ state: "pending", editionId: DAY.id, after: 0, limit: 9 })).toEqual([]);
      expect(await store.ledger.list({ state: "pending", after: 0, limit: 9 })).toHaveLength(5);
    });
  });
}
