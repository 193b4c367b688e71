import { beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../src/store/store.js";
import { claim, DAY, edition, HOUR, later, NONE, NOW, prepare, reader, sendAll, VIEW } from "./fixtures.js";

const KEY = { editionId: DAY.id, channel: "smtp" } as const;
const SPAN = { first: "2026-03-01", last: "2026-03-10" };
const ME = "me@example.org";
const TO_ME = { query: { frequency: null, named: [ME] }, plan: { days: ["2026-03-09"] } } as const;
const LIST = { plan: { days: ["2026-03-09"] } } as const;

function unmatched({ view }: { view: typeof VIEW }): string | undefined {
  return view.include.length > 0 ? "no-match" : undefined;
}

/** An edition is due per reader: a run for named people leaves it due for the list. */
export function namedContract(use: () => Store): void {
  describe("prepare for named people", () => {
    let store: Store;
    beforeEach(async () => {
      store = use();
      const batch = [reader("a@example.org"), reader("b@example.org"), reader(ME, { origin: "named" })];
      await store.subscribers.add(batch, { now: NOW });
    });
    const addresses = async (): Promise<readonly (string | null)[]> =>
      (await store.ledger.list({ editionId: DAY.id, after: 0, limit: 100 })).map(({ address }) => address);

    it("leaves the edition due for the list, whose run adds only readers without a delivery", async () => {
      expect(await prepare(store, DAY, TO_ME)).toBe("prepared");
      expect(await store.editions.find(KEY)).toMatchObject({ forList: false, candidates: 1, prepared: 1 });
      await sendAll(store);
      expect(await prepare(store, DAY, LIST)).toBe("prepared");
      expect(await addresses()).toEqual([ME, "a@example.org", "b@example.org"]);
      expect(await store.editions.find(KEY)).toMatchObject({ forList: true, candidates: 3, prepared: 3, excluded: {} });
      expect(await store.ledger.counts(KEY)).toEqual({ ...NONE, prepared: 3, sent: 1, pending: 2 });
      expect(await prepare(store, DAY, LIST)).toBe("already-prepared");
      expect(await store.check()).toEqual([]);
    });

    it("mails a subscriber once who was named before the list's run", async () => {
      await prepare(store, DAY, { query: { frequency: null, named: ["A@example.org"] } });
      await sendAll(store);
      await prepare(store, DAY, LIST);
      expect(await addresses()).toEqual(["a@example.org", "b@example.org"]);
      expect((await claim(store)).map(({ address }) => address)).toEqual(["b@example.org"]);
    });

    it("sets the time and deadline of the list's own run", async () => {
      await prepare(store, DAY, TO_ME);
      const now = later(20 * HOUR);
      await prepare(store, DAY, { query: { now } });
      const saved = await store.editions.find(KEY);
      expect(saved).toMatchObject({ preparedAt: now, sendBefore: later(44 * HOUR, now) });
    });

    it("reopens an edition whose letters to named people had expired", async () => {
      await prepare(store, DAY, TO_ME);
      const now = later(45 * HOUR);
      await store.ledger.expire(now);
      await prepare(store, DAY, { query: { now } });
      expect((await claim(store, { now })).map(({ address }) => address)).toEqual(["a@example.org", "b@example.org"]);
    });

    it("gives the list the complete page when an early one was frozen for named people", async () => {
      await prepare(store, { ...DAY, early: true, papers: [] }, TO_ME);
      await prepare(store, DAY, LIST);
      expect((await store.editions.find(KEY))?.edition).toEqual(DAY);
    });

    it("accounts for every candidate of the list", async () => {
      await store.subscribers.add(
        [
          reader("gone@example.org", { state: "gone" }),
          reader("paused@example.org", { state: "paused" }),
          reader("other@example.org", { view: { ...VIEW, include: ["nothing"] } }),
        ],
        { now: NOW },
      );
      await prepare(store, DAY, { query: { frequency: null, named: [ME, "gone@example.org", "paused@example.org"] } });
      expect(await store.editions.find(KEY)).toMatchObject({ candidates: 3, prepared: 2, excluded: { paused: 1 } });
      expect(await prepare(store, DAY, { ...LIST, without: unmatched })).toBe("prepared");
      expect(await store.editions.find(KEY)).toMatchObject({
        candidates: 6,
        prepared: 4,
        excluded: { paused: 1, "no-match": 1 },
      });
      expect(await store.check()).toEqual([]);
    });

    it("adds no second delivery for a person who left and is named twice", async () => {
      await store.subscribers.add([reader("gone@example.org", { state: "gone" })], { now: NOW });
      await prepare(store, DAY, { query: { frequency: null, named: ["gone@example.org"] } });
      const both = { query: { frequency: null, named: ["gone@example.org", ME] } };
      expect(await prepare(store, DAY, both)).toBe("prepared");
      expect(await store.ledger.counts(KEY)).toEqual({ ...NONE, prepared: 2, suppressed: 1, pending: 1 });
      expect(await store.check()).toEqual([]);
    });

    it("counts a day as covered for the list once a run for the list prepared it, and for people who have it", async () => {
      const covered = async (named?: readonly string[]) => [...(await store.editions.coveredDays("smtp", SPAN, named))];
      await prepare(store, DAY, TO_ME);
      expect(await covered()).toEqual([]);
      expect(await covered([ME.toUpperCase()])).toEqual(["2026-03-09"]);
      expect(await covered([ME, "a@example.org"])).toEqual([]);
      await prepare(store, DAY, LIST);
      expect(await covered()).toEqual(["2026-03-09"]);
      expect(await covered([ME, "a@example.org"])).toEqual(["2026-03-09"]);
    });

    it("enters the archive when the list's run prepares it", async () => {
      await prepare(store, DAY, TO_ME);
      expect(await store.archive.index()).toBe(0);
      expect(await store.archive.edition("2026-03-09")).toBeNull();
      await prepare(store, DAY, LIST);
      expect(await store.archive.edition("2026-03-09")).toMatchObject({ editionId: DAY.id });
      expect(await store.archive.index()).toBe(0);
    });

    it("claims for given subscribers only, and leaves what expired to others", async () => {
      await prepare(store, edition("day:2026-03-07", ["2603.00007"]));
      await prepare(store, DAY, { query: { named: [ME], now: later(HOUR) } });
      const me = await store.subscribers.find(ME);
      const subscriberIds = [me?.id ?? 0];
      const now = later(44.5 * HOUR);
      expect((await claim(store, { subscriberIds, now })).map(({ address }) => address)).toEqual([ME]);
      expect(await claim(store, { subscriberIds, now })).toEqual([]);
      expect(await store.ledger.expire(now)).toBe(2);
    });
  });
}
