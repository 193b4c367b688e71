import { beforeEach, describe, expect, it } from "vitest";
import type { AudienceGroup, Store, SubscriberState } from "../../../src/store/store.js";
import { claim, edition, HOUR, later, NOW, prepare, queryOf, reader, sendAll, VIEW } from "./fixtures.js";

const DAYS = ["2026-03-06", "2026-03-08", "2026-03-09"];
const OTHER = { ...VIEW, include: ["robotics"] };

/** The readers of an edition, grouped by letter. */
export function audienceContract(use: () => Store): void {
  describe("audience", () => {
    let store: Store;
    beforeEach(() => {
      store = use();
    });
    const day = edition("day:2026-03-09", ["2603.00001", "2603.00002", "2603.00003"]);
    const groups = (parts = {}): Promise<readonly AudienceGroup[]> => store.editions.audience(queryOf(day, parts));

    it("is empty without readers", async () => {
      expect(await groups()).toEqual([]);
    });

    it("groups readers of equal views, regardless of the order of keys", async () => {
      const { include, ...rest } = VIEW;
      const batch = [
        reader("a@example.org"),
        reader("b@example.org", { view: { ...rest, include } }),
        reader("c@example.org", { view: OTHER }),
      ];
      await store.subscribers.add(batch, { now: NOW });
      const found = await groups();
      expect(found.map(({ readers, had, firstDay }) => ({ readers, had, firstDay }))).toEqual([
        { readers: 2, had: [], firstDay: null },
        { readers: 1, had: [], firstDay: null },
      ]);
      expect(found.map(({ view }) => view)).toEqual([VIEW, OTHER]);
      expect(await groups()).toEqual(found);
    });

    it.each<[SubscriberState, Date | null, number]>([
      ["active", null, 1],
      ["pending", null, 0],
      ["gone", null, 0],
      ["bounced", null, 0],
      ["paused", null, 0],
      ["paused", later(1), 0],
      ["paused", NOW, 1],
    ])("counts a reader who is %s (until %s) as %i", async (state, pausedUntil, readers) => {
      await store.subscribers.add([reader("a@example.org", { state, pausedUntil })], { now: NOW });
      expect((await groups()).map((group) => group.readers)).toEqual(readers === 0 ? [] : [readers]);
    });

    it.each([
      ["a frequency", { frequency: "weekly" as const }, 1],
      ["only the named people without a frequency", { frequency: null, named: ["Named@example.org"] }, 1],
      ["named people and a frequency, each reader once", { named: ["named@example.org", "daily@example.org"] }, 2],
      ["no unknown address", { frequency: null, named: ["stranger@example.org"] }, 0],
      ["named people of any frequency", { frequency: null, named: ["weekly@example.org"] }, 1],
      ["no reader of origin `named` without naming them", {}, 1],
    ])("selects %s", async (_, parts, readers) => {
      const batch = [
        reader("daily@example.org"),
        reader("weekly@example.org", { frequency: "weekly" }),
        reader("named@example.org", { origin: "named" }),
      ];
      await store.subscribers.add(batch, { now: NOW });
      const found = await groups(parts);
      expect(found.reduce((sum, group) => sum + group.readers, 0)).toBe(readers);
    });

    it.each([
      ["readers who follow the days, by default", {}, ["days", "none"]],
      ["readers of a search", { followers: { of: ["search:x"], bindsNamed: false } }, ["search"]],
      ["both", { followers: { of: [null, "search:x"], bindsNamed: false } }, ["days", "none", "search"]],
      ["no reader of another search", { followers: { of: ["search:X"], bindsNamed: false } }, []],
      ["named people whatever they follow", { named: ["search@example.org"] }, ["days", "none", "search"]],
      [
        "named people who follow it, where that binds them",
        {
          named: ["search@example.org", "days@example.org"],
          frequency: null,
          followers: { of: [null], bindsNamed: true },
        },
        ["days"],
      ],
    ])("selects %s", async (_, parts, names) => {
      const views = { none: VIEW, days: { ...VIEW, source: "days" }, search: { ...VIEW, source: "search:x" } };
      const batch = Object.entries(views).map(([name, view]) => reader(`${name}@example.org`, { view }));
      await store.subscribers.add(batch, { now: NOW });
      const found = await groups(parts);
      const sources = { undefined: "none", days: "days", "search:x": "search" };
      const selected = found.map(({ view }) => sources[`${view.source}` as keyof typeof sources]);
      expect(selected.toSorted()).toEqual(names);
    });

    it.each([
      ["2026-03-01T10:00:00Z", DAYS[0]],
      ["2026-03-06T23:59:59.999Z", DAYS[0]],
      ["2026-03-07T00:00:00Z", DAYS[1]],
      ["2026-03-08T12:00:00Z", DAYS[1]],
      ["2026-03-09T00:00:00Z", DAYS[2]],
      ["2026-03-10T07:00:00Z", DAYS[2]],
    ])("starts a reader who joined at %s with %s", async (joined, firstDay) => {
      await store.subscribers.add([reader("a@example.org")], { now: new Date(joined) });
      expect((await groups({ days: DAYS })).map((group) => group.firstDay)).toEqual([firstDay]);
    });

    it("separates readers by the papers they have had", async () => {
      await store.subscribers.add([reader("a@example.org"), reader("b@example.org", { view: OTHER })], { now: NOW });
      const early = edition("day:2026-03-07", ["2603.00002", "2603.00009"]);
      await prepare(store, early, { without: ({ view }) => (view.include.length > 0 ? "no-match" : undefined) });
      await sendAll(store);
      await store.subscribers.add([reader("c@example.org")], { now: NOW });
      const found = await groups();
      expect(found.map(({ had, readers }) => ({ had, readers }))).toEqual([
        { had: [], readers: 1 },
        { had: ["2603.00002"], readers: 1 },
        { had: [], readers: 1 },
      ]);
      expect(new Set(found.map(({ key }) => key)).size).toBe(3);
    });

    it("groups readers who had the same papers in different letters", async () => {
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      await prepare(store, edition("day:2026-03-06", ["2603.00001", "2603.00002"]));
      await sendAll(store);
      await store.subscribers.change("a@example.org", { frequency: "weekly" }, NOW);
      await store.subscribers.add([reader("b@example.org")], { now: NOW });
      await prepare(store, edition("day:2026-03-07", ["2603.00002"]));
      await prepare(store, edition("day:2026-03-08", ["2603.00001"]));
      await sendAll(store);
      await store.subscribers.change("a@example.org", { frequency: "daily" }, NOW);
      expect((await groups()).map(({ had, readers }) => ({ had, readers }))).toEqual([
        { had: ["2603.00001", "2603.00002"], readers: 2 },
      ]);
    });

    it.each([
      ["on the same channel", {}, ["2603.00001"]],
      ["on another channel", { channel: "outbox" as const }, []],
      ["before `hadSince`", { hadSince: later(HOUR) }, []],
    ])("returns the papers that were mailed %s", async (_, parts, had) => {
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      await prepare(store, edition("day:2026-03-07", ["2603.00001"]));
      await sendAll(store);
      expect((await groups(parts)).map((group) => group.had)).toEqual([had]);
    });

    it("counts papers of uncertain deliveries as had, and those of refused ones as not had", async () => {
      await store.subscribers.add(
        ["a", "b", "c"].map((name) => reader(`${name}@example.org`)),
        { now: NOW },
      );
      await prepare(store, edition("day:2026-03-07", ["2603.00001"]));
      const [first, second] = await claim(store);
      if (!first || !second) throw new Error("nothing was claimed");
      await store.ledger.gate([first], NOW);
      await store.ledger.settle(
        [
          { claim: first, state: "uncertain", detail: "no answer" },
          { claim: second, state: "refused", detail: "550 no" },
        ],
        NOW,
      );
      expect((await groups()).map(({ had, readers }) => ({ had, readers }))).toEqual([
        { had: [], readers: 2 },
        { had: ["2603.00001"], readers: 1 },
      ]);
    });

    it("previews an audience with additional readers without adding them", async () => {
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      const inside = await store.preview(async ({ editions, subscribers }) => {
        const [result] = await subscribers.add([reader("b@example.org", { view: OTHER })], { now: NOW });
        return { result, readers: (await editions.audience(queryOf(day))).map((group) => group.readers) };
      });
      expect(inside).toEqual({ result: "added", readers: [1, 1] });
      expect((await groups()).map((group) => group.readers)).toEqual([1]);
      expect(await store.subscribers.find("b@example.org")).toBeNull();
    });

    it("rolls back a failed preview and rethrows its error", async () => {
      const failed = store.preview(async ({ subscribers }) => {
        await subscribers.add([reader("b@example.org")], { now: NOW });
        throw new Error("the page is gone");
      });
      await expect(failed).rejects.toThrow("the page is gone");
      expect(await store.subscribers.find("b@example.org")).toBeNull();
    });
  });
}
