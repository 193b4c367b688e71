import { beforeEach, describe, expect, it } from "vitest";
import type { AudienceGroup, SavedEdition, Store } from "../../../src/store/store.js";
import { claim, DAY, edition, HOUR, later, NONE, NOW, prepare, prepared, reader, sendAll, VIEW } from "./fixtures.js";

const KEY = { editionId: DAY.id, channel: "smtp" } as const;

function without({ view }: AudienceGroup): string | undefined {
  return view.include.length > 0 ? "no-match" : undefined;
}

function ids(list: readonly SavedEdition[]): readonly string[] {
  return list.map(({ edition }) => edition.id);
}

/** Prepares editions, so that candidates = prepared + excluded. */
export function prepareContract(use: () => Store): void {
  describe("prepare", () => {
    let store: Store;
    beforeEach(() => {
      store = use();
    });

    it("freezes the edition and its letters, and inserts one delivery per reader", async () => {
      await prepared(store);
      expect(await store.editions.find(KEY)).toEqual({
        edition: DAY,
        channel: "smtp",
        preparedAt: NOW,
        sendBefore: later(44 * HOUR),
        candidates: 3,
        excluded: {},
        prepared: 3,
        forList: true,
      });
      expect(await store.ledger.counts(KEY)).toEqual({ ...NONE, prepared: 3, pending: 3 });
      const [first] = await claim(store);
      const letter = await store.editions.letter(first?.letterId ?? "");
      expect(letter.subject).toContain(DAY.id);
    });

    it("counts every candidate as prepared or excluded", async () => {
      const batch = [
        reader("active@example.org"),
        reader("no-match@example.org", { view: { ...VIEW, include: ["nothing"] } }),
        reader("gone@example.org", { state: "gone" }),
        reader("bounced@example.org", { state: "bounced" }),
        reader("paused@example.org", { state: "paused" }),
        reader("pending@example.org", { state: "pending" }),
        reader("weekly@example.org", { frequency: "weekly" }),
        reader("named-before@example.org", { origin: "named" }),
      ];
      await store.subscribers.add(batch, { now: NOW });
      expect(await prepare(store, DAY, { without })).toBe("prepared");
      expect(await store.editions.find(KEY)).toMatchObject({
        candidates: 5,
        prepared: 1,
        excluded: { "no-match": 1, gone: 1, bounced: 1, paused: 1 },
      });
      expect(await store.check()).toEqual([]);
    });

    it("suppresses deliveries to named people who left, bounced or were erased", async () => {
      const batch = [
        reader("here@example.org", { origin: "named" }),
        reader("gone@example.org", { state: "gone" }),
        reader("bounced@example.org", { state: "bounced" }),
        reader("paused@example.org", { state: "paused" }),
        reader("erased@example.org"),
      ];
      await store.subscribers.add(batch, { now: NOW });
      await store.subscribers.erase("erased@example.org", NOW);
      const named = [...batch.map(({ address }) => address), "stranger@example.org", "Erased@example.org"];
      expect(await prepare(store, DAY, { query: { frequency: null, named } })).toBe("prepared");
      expect(await store.editions.find(KEY)).toMatchObject({
        candidates: 6,
        prepared: 4,
        excluded: { paused: 1, unknown: 1 },
      });
      expect(await store.ledger.counts(KEY)).toEqual({ ...NONE, prepared: 4, pending: 1, suppressed: 3 });
      expect((await claim(store)).map(({ address }) => address)).toEqual(["here@example.org"]);
      expect(await store.check()).toEqual([]);
    });

    it("prepares an edition once for each channel", async () => {
      await prepared(store);
      const changed = { ...DAY, source: "something else" };
      expect(await prepare(store, changed)).toBe("already-prepared");
      expect((await store.editions.find(KEY))?.edition).toEqual(DAY);
      expect(await prepare(store, DAY, { query: { channel: "outbox" } })).toBe("prepared");
      expect(await store.ledger.counts({ ...KEY, channel: "outbox" })).toEqual({ ...NONE, prepared: 3, pending: 3 });
    });

    it("records the covered days of each channel", async () => {
      await prepare(store, edition("days:a"), { plan: { days: ["2026-03-06", "2026-03-07", "2026-03-07"] } });
      await prepare(store, edition("days:b"), { plan: { days: ["2026-03-07", "2026-03-09"] } });
      const span = { first: "2026-03-07", last: "2026-03-09" };
      expect(await store.editions.coveredDays("smtp", span)).toEqual(new Set(["2026-03-07", "2026-03-09"]));
      expect(await store.editions.coveredDays("outbox", span)).toEqual(new Set());
    });

    it("lists recent editions newest first, and open ones with queued deliveries", async () => {
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      await prepare(store, edition("day:2026-03-07", ["2603.00007"]));
      await sendAll(store);
      await prepare(store, edition("day:2026-03-08", ["2603.00008"]));
      await prepare(store, edition("day:2026-03-09", ["2603.00009"]), { query: { channel: "outbox" } });
      expect(ids(await store.editions.recent(2))).toEqual(["day:2026-03-09", "day:2026-03-08"]);
      expect(ids(await store.editions.since("smtp", NOW))).toEqual(["day:2026-03-07", "day:2026-03-08"]);
      expect(await store.editions.since("smtp", later(1))).toEqual([]);
      expect(ids(await store.editions.since("outbox", NOW))).toEqual(["day:2026-03-09"]);
      expect(ids(await store.editions.open("smtp"))).toEqual(["day:2026-03-08"]);
      await store.ledger.expire(later(44 * HOUR));
      expect(await store.editions.open("smtp")).toEqual([]);
    });

    it("finds no unknown letter or edition", async () => {
      await expect(store.editions.letter("12345")).rejects.toMatchObject({ code: "store-failed" });
      expect(await store.editions.find({ editionId: "day:1999-01-01", channel: "smtp" })).toBeNull();
    });
  });
}
