import { beforeEach, describe, expect, it } from "vitest";
import type { AudienceGroup, SavedEdition, Store } from "../../../src/store/store.js";
import {
  claim,
  DAY,
  edition,
  HOUR,
  later,
  NONE,
  NOW,
  planOf,
  prepare,
  prepared,
  reader,
  sendAll,
  VIEW,
} from "./fixtures.js";

const KEY = { editionId: DAY.id, channel: "smtp" } as const;

function without({ view }: AudienceGroup): string | undefined {
  return view.include.length > 0 ? "no-match" : undefined;
}

function ids(list: readonly SavedEdition[]): readonly string[] {
  return list.map(({ edition }) => edition.id);
}

/** Freezing an edition for its readers, so that candidates = prepared + excluded. */
export function prepareContract(use: () => Store): void {
  describe("prepare", () => {
    let store: Store;
    beforeEach(() => {
      store = use();
    });

    it("freezes edition and letters, and gives everybody one delivery", async () => {
      await prepared(store);
      expect(await store.editions.find(KEY)).toEqual({
        edition: DAY,
        channel: "smtp",
        preparedAt: NOW,
        sendBefore: later(44 * HOUR),
        candidates: 3,
        excluded: {},
        prepared: 3,
      });
      expect(await store.ledger.counts(KEY)).toEqual({ ...NONE, prepared: 3, pending: 3 });
      const [first] = await claim(store);
      const letter = await store.editions.letter(first?.letterId ?? "");
      expect(letter.subject).toContain(DAY.id);
    });

    it("accounts for every candidate", async () => {
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

    it("revives nobody by naming them: that delivery ends suppressed", async () => {
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

    it("does not mind another reader of the same letter, and keeps later ones out", async () => {
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      const plan = await planOf(store, DAY);
      await store.subscribers.add([reader("b@example.org")], { now: NOW });
      expect(await store.editions.prepare(plan)).toBe("prepared");
      await store.subscribers.add([reader("c@example.org")], { now: NOW });
      expect((await claim(store)).map(({ address }) => address)).toEqual(["a@example.org", "b@example.org"]);
    });

    it.each<[string, (store: Store) => Promise<unknown>]>([
      [
        "joins",
        async (one) => one.subscribers.add([reader("c@example.org", { view: { ...VIEW, limit: 1 } })], { now: NOW }),
      ],
      ["leaves", async (one) => one.subscribers.change("b@example.org", { state: "gone" }, NOW)],
      ["changes", async (one) => one.subscribers.change("a@example.org", { view: { ...VIEW, limit: 2 } }, NOW)],
      [
        "gets one of the papers",
        async (one) => {
          await prepare(one, edition("day:2026-03-08", ["2603.00001"]));
          await sendAll(one);
        },
      ],
    ])("saves nothing when somebody %s meanwhile", async (_, meanwhile) => {
      const batch = [reader("a@example.org"), reader("b@example.org", { view: { ...VIEW, limit: 9 } })];
      await store.subscribers.add(batch, { now: NOW });
      const plan = await planOf(store, DAY);
      await meanwhile(store);
      expect(await store.editions.prepare(plan)).toBe("audience-changed");
      expect(await store.editions.find(KEY)).toBeNull();
      expect(await store.ledger.counts(KEY)).toEqual(NONE);
      expect(await prepare(store)).toBe("prepared");
    });

    it("remembers the days that are covered, on their channel", async () => {
      await prepare(store, edition("days:a"), { plan: { days: ["2026-03-06", "2026-03-07", "2026-03-07"] } });
      await prepare(store, edition("days:b"), { plan: { days: ["2026-03-07", "2026-03-09"] } });
      const span = { first: "2026-03-07", last: "2026-03-09" };
      expect(await store.editions.coveredDays("smtp", span)).toEqual(new Set(["2026-03-07", "2026-03-09"]));
      expect(await store.editions.coveredDays("outbox", span)).toEqual(new Set());
    });

    it("lists the newest first, and as open those with something to send", async () => {
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

    it("has no letter that it was not given", async () => {
      await expect(store.editions.letter("12345")).rejects.toMatchObject({ code: "store-failed" });
      expect(await store.editions.find({ editionId: "day:1999-01-01", channel: "smtp" })).toBeNull();
    });
  });
}
