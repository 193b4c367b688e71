import { beforeEach, describe, expect, it } from "vitest";
import type { NewSubscriber, Store, SubscriberChange, SubscriberState } from "../../../src/store/store.js";
import { claim, DAY, later, NONE, NOW, planOf, prepare, reader, VIEW } from "./fixtures.js";

function follow(address: string, source: string, more: Partial<NewSubscriber> = {}): NewSubscriber {
  return reader(address, { view: { ...VIEW, source }, ...more });
}

const DAY_MS = 86_400_000;

/** In composed letters, its domain in A-labels. */
const ANNE = "ann\u00E9@xn--bcher-kva.example";

/** Subscribers and the suppression list. */
export function subscriberContract(use: () => Store): void {
  describe("subscribers", () => {
    let store: Store;
    beforeEach(() => {
      store = use();
    });

    it("returns a reader as added", async () => {
      const pausedUntil = later(1000);
      const given = reader("Ann@example.org", { state: "paused", pausedUntil, frequency: "weekly", origin: "site" });
      expect(await store.subscribers.add([given], { now: NOW })).toEqual(["added"]);
      const found = await store.subscribers.find("Ann@example.org");
      expect(found).toEqual({ ...given, id: found?.id, joinedAt: NOW });
    });

    it.each([
      ["an equal address", "ann@example.org", "known"],
      ["an address in another case", "ANN@example.org", "known"],
      ["an address with a tag", "ann+papers@example.org", "added"],
      ["an address of another domain", "ann@example.net", "added"],
    ])("adds %s (%s) as %s", async (_, address, result) => {
      await store.subscribers.add([reader("ann@example.org")], { now: NOW });
      expect(await store.subscribers.add([reader(address)], { now: NOW })).toEqual([result]);
    });

    it("counts by day who joined, left and bounced, and keeps the numbers when a person is erased", async () => {
      const growth = async () =>
        (await store.subscribers.growth("2000-01-01")).map(({ day, event, people }) => `${day} ${event} ${people}`);
      const people = ["a", "b", "c", "d"].map((name) => reader(`${name}@example.org`));
      const others = [reader("named@example.org", { origin: "named" }), reader("left@example.org", { state: "gone" })];
      await store.subscribers.add([...people, ...others], { now: NOW, dryRun: true });
      expect(await growth()).toEqual([]);
      await store.subscribers.add([...people, ...others], { now: NOW });
      await store.subscribers.change("a@example.org", { state: "paused", pausedUntil: null }, later(DAY_MS));
      await store.subscribers.change("a@example.org", { state: "gone" }, later(DAY_MS));
      await store.subscribers.change("a@example.org", { state: "gone" }, later(DAY_MS));
      await store.subscribers.change("named@example.org", { state: "gone" }, later(DAY_MS));
      await store.subscribers.change("b@example.org", { state: "bounced" }, later(DAY_MS));
      await store.subscribers.erase("c@example.org", later(DAY_MS));
      await store.subscribers.change("a@example.org", { state: "active" }, later(2 * DAY_MS));
      const [first, second, third] = [NOW, later(DAY_MS), later(2 * DAY_MS)].map((at) => at.toISOString().slice(0, 10));
      const expected = [`${first} joined 4`, `${second} bounced 1`, `${second} left 2`, `${third} joined 1`];
      expect(await growth()).toEqual(expected);
      expect(await store.subscribers.growth(third ?? "")).toEqual([{ day: third, event: "joined", people: 1 }]);
      expect(await store.subscribers.growthTotals()).toEqual({ joined: 5, left: 2, bounced: 1 });
    });

    it("returns the results of a batch in order, and adds the first of two equal addresses", async () => {
      await store.subscribers.erase("gone@example.org", NOW);
      const batch = ["a@example.org", "Gone@example.org", "A@example.org", "b@example.org"].map((one) => reader(one));
      const results = ["added", "suppressed", "known", "added"];
      expect(await store.subscribers.add(batch, { now: NOW, dryRun: true })).toEqual(results);
      expect(await store.subscribers.list({ after: 0, limit: 10 })).toEqual([]);
      expect(await store.subscribers.add(batch, { now: NOW })).toEqual(results);
      const list = await store.subscribers.list({ after: 0, limit: 10 });
      expect(list.map(({ address }) => address)).toEqual(["a@example.org", "b@example.org"]);
      expect(await store.subscribers.add([], { now: NOW })).toEqual([]);
    });

    it("lists the sources that readers follow instead of the days, once per frequency", async () => {
      const batch = [
        reader("a@example.org"),
        follow("b@example.org", "days"),
        follow("c@example.org", "search:x"),
        follow("d@example.org", "search:x"),
        follow("e@example.org", "search:x", { frequency: "weekly" }),
        follow("f@example.org", "trending", { state: "paused" }),
        follow("g@example.org", "search:gone", { state: "gone" }),
        follow("h@example.org", "search:pending", { state: "pending" }),
        follow("i@example.org", "search:named", { origin: "named" }),
      ];
      await store.subscribers.add(batch, { now: NOW });
      const [daily, weekly] = (["daily", "weekly"] as const).map((frequency) => ({ source: "search:x", frequency }));
      const trending = { source: "trending", frequency: "daily" };
      const named = { source: "search:named", frequency: "daily" };
      const followed = (query: Parameters<typeof store.subscribers.followed>[0]) => store.subscribers.followed(query);
      expect(await followed({ list: true, named: [] })).toEqual([daily, weekly, trending]);
      expect(await followed({ list: true, named: ["I@example.org"] })).toEqual([named, daily, weekly, trending]);
      expect(await followed({ list: false, named: ["e@example.org", "a@example.org"] })).toEqual([daily]);
      expect(await followed({ list: false, named: [] })).toEqual([]);
    });

    it("lists readers by id in pages, and by state", async () => {
      const states: readonly SubscriberState[] = ["active", "gone", "active", "pending", "bounced"];
      const batch = states.map((state, index) => reader(`reader${index}@example.org`, { state }));
      await store.subscribers.add(batch, { now: NOW });
      const first = await store.subscribers.list({ after: 0, limit: 3 });
      const rest = await store.subscribers.list({ after: first.at(-1)?.id ?? 0, limit: 3 });
      expect([...first, ...rest].map(({ state }) => state)).toEqual(states);
      const active = await store.subscribers.list({ after: 0, limit: 10, state: "active" });
      expect(active.map(({ address }) => address)).toEqual(["reader0@example.org", "reader2@example.org"]);
      expect(await store.subscribers.count()).toEqual({ pending: 1, active: 2, paused: 0, gone: 1, bounced: 1 });
    });

    it("keeps recipients who are named only by runs separate, unless they left", async () => {
      const named = { origin: "named" } as const;
      const batch = [
        reader("a@example.org"),
        reader("b@example.org", named),
        reader("c@example.org", { ...named, state: "gone" }),
      ];
      await store.subscribers.add(batch, { now: NOW });
      const list = async (who?: "list" | "named") =>
        (await store.subscribers.list({ after: 0, limit: 9, ...(who && { who }) })).map(({ address }) =>
          address.slice(0, 1),
        );
      expect([await list(), await list("list"), await list("named")]).toEqual([
        ["a", "b", "c"],
        ["a", "c"],
        ["b", "c"],
      ]);
      expect(await store.subscribers.count()).toEqual({ pending: 0, active: 1, paused: 0, gone: 1, bounced: 0 });
    });

    it.each<[string, SubscriberChange]>([
      ["frequency", { frequency: "monthly" }],
      ["view", { view: { ...VIEW, include: ["speech"], limit: 3 } }],
      ["pause", { state: "paused", pausedUntil: later(5000) }],
      ["pause without an end", { state: "paused", pausedUntil: null }],
      ["state", { state: "gone" }],
      ["origin", { origin: "mail" }],
    ])("changes only the %s", async (_, change) => {
      await store.subscribers.add([reader("ann@example.org")], { now: NOW });
      const before = await store.subscribers.find("ann@example.org");
      const after = await store.subscribers.change("ANN@example.org", change, later(1000));
      expect(after).toEqual({ ...before, ...change });
      expect(await store.subscribers.find("ann@example.org")).toEqual(after);
    });

    it("clears the end of a pause when the pause ends", async () => {
      await store.subscribers.add([reader("ann@example.org", { state: "paused", pausedUntil: NOW })], { now: NOW });
      const after = await store.subscribers.change("ann@example.org", { state: "active" }, NOW);
      expect(after).toMatchObject({ state: "active", pausedUntil: null, joinedAt: NOW });
    });

    it.each<SubscriberState>(["gone", "bounced", "pending"])(
      "sets the time of joining when a reader who was %s becomes active",
      async (state) => {
        await store.subscribers.add([reader("ann@example.org", { state })], { now: NOW });
        const after = await store.subscribers.change("ann@example.org", { state: "active" }, later(1000));
        expect(after).toMatchObject({ state: "active", joinedAt: later(1000) });
      },
    );

    describe.each([
      ["decomposed", ANNE.normalize("NFD")],
      ["in capitals", ANNE.toUpperCase()],
      ["with its domain in Unicode", ANNE.replace("xn--bcher-kva", "bu\u0308cher")],
    ])("an address that is written %s", (_, other) => {
      it("is that of the same reader", async () => {
        await store.subscribers.add([reader(ANNE)], { now: NOW });
        const known = await store.subscribers.find(ANNE);
        expect(await store.subscribers.find(other)).toEqual(known);
        expect(await store.subscribers.add([reader(other)], { now: NOW })).toEqual(["known"]);
        const query = { query: { frequency: null, named: [other, ANNE] } };
        expect((await planOf(store, DAY, query)).letters).toHaveLength(1);
        expect(await prepare(store, DAY, query)).toBe("prepared");
        const counts = await store.ledger.counts({ editionId: DAY.id, channel: "smtp" });
        expect(counts).toEqual({ ...NONE, prepared: 1, pending: 1 });
        const request = { address: other, frequency: "daily", view: VIEW, origin: "site" } as const;
        expect(await store.signups.begin(request, NOW)).toEqual({ result: "member", subscriberId: known?.id });
        expect(await store.subscribers.change(other, { state: "gone" }, NOW)).toMatchObject({ id: known?.id });
        const first = await store.signups.begin(request, NOW);
        // The newer request replaces the older one of the same person.
        expect(await store.signups.begin({ ...request, address: ANNE }, NOW)).toMatchObject({ result: "begun" });
        expect(first.result === "begun" && (await store.signups.find(first.signupId, NOW))).toBeNull();
      });

      it("is not added again after the person was erased", async () => {
        await store.subscribers.add([reader(ANNE)], { now: NOW });
        expect(await store.subscribers.erase(other, NOW)).toBe(true);
        expect(await store.subscribers.isSuppressed(ANNE)).toBe(true);
        expect(await store.subscribers.isSuppressed(other)).toBe(true);
        expect(await store.subscribers.add([reader(ANNE), reader(other)], { now: NOW })).toEqual([
          "suppressed",
          "suppressed",
        ]);
      });
    });

    it("finds, changes and erases no unknown reader", async () => {
      expect(await store.subscribers.find("ann@example.org")).toBeNull();
      expect(await store.subscribers.change("ann@example.org", { state: "gone" }, NOW)).toBeNull();
      expect(await store.subscribers.isSuppressed("ann@example.org")).toBe(false);
      expect(await store.subscribers.erase("ann@example.org", NOW)).toBe(false);
      expect(await store.subscribers.isSuppressed("ANN@example.org")).toBe(true);
    });

    it("erases a person, keeps the delivery without personal data, and never adds the address again", async () => {
      await store.subscribers.add([reader("ann@example.org"), reader("bob@example.org")], { now: NOW });
      await prepare(store);
      const [first] = await claim(store, { limit: 1 });
      expect(first?.address).toBe("ann@example.org");
      if (first) await store.ledger.gate([first], NOW);
      if (first) await store.ledger.settle([{ claim: first, state: "sent", detail: "250 for ann@example.org" }], NOW);

      expect(await store.subscribers.erase("Ann@example.org", later(1000))).toBe(true);
      expect(await store.subscribers.find("ann@example.org")).toBeNull();
      expect(await store.subscribers.add([reader("ann@example.org")], { now: NOW })).toEqual(["suppressed"]);
      const [row] = await store.ledger.list({ state: "sent", after: 0, limit: 10 });
      expect(row).toMatchObject({ subscriberId: first?.subscriberId, address: null, detail: null });
      const counts = await store.ledger.counts({ editionId: DAY.id, channel: "smtp" });
      expect(counts).toEqual({ ...NONE, prepared: 2, sent: 1, pending: 1 });
      expect(await store.subscribers.erase("ann@example.org", NOW)).toBe(false);
    });
  });
}
