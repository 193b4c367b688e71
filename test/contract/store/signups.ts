import { beforeEach, describe, expect, it } from "vitest";
import type { SignupRequest, Store } from "../../../src/store/store.js";
import { HOUR, later, NOW, reader, VIEW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const WISH: SignupRequest = {
  address: "New@example.org",
  frequency: "weekly",
  view: { ...VIEW, limit: 3 },
  origin: "site",
};

/** Double opt-in. */
export function signupContract(use: () => Opened): void {
  describe("sign-ups", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });

    const begin = async (wish: Partial<SignupRequest> = {}, now = NOW): Promise<number> => {
      const begun = await store.signups.begin({ ...WISH, ...wish }, now);
      if (begun.result !== "begun") throw new Error(begun.result);
      return begun.signupId;
    };

    it("make a reader only when confirmed, with what was wished, from that moment", async () => {
      const id = await begin();
      expect(await store.signups.find(id, NOW)).toEqual(WISH);
      expect(await store.subscribers.find(WISH.address)).toBeNull();
      const joined = await store.signups.confirm(id, later(HOUR));
      expect(joined).toMatchObject({ ...WISH, state: "active", joinedAt: later(HOUR) });
      expect(await store.subscribers.find("new@example.org")).toEqual(joined);
      expect(await store.subscribers.byId(joined?.id ?? 0)).toEqual(joined);
    });

    it("are used once, and looking at one uses nothing up", async () => {
      const id = await begin();
      await store.signups.find(id, NOW);
      expect(await store.signups.confirm(id, NOW)).not.toBeNull();
      expect(await store.signups.confirm(id, NOW)).toBeNull();
      expect(await store.signups.find(id, NOW)).toBeNull();
    });

    it("hold for 72 hours", async () => {
      const id = await begin();
      expect(await store.signups.find(id, later(72 * HOUR - 1))).not.toBeNull();
      expect(await store.signups.find(id, later(72 * HOUR))).toBeNull();
      expect(await store.signups.confirm(id, later(72 * HOUR))).toBeNull();
      expect(await store.signups.prune(later(72 * HOUR))).toBe(1);
    });

    it("count by address, whatever its capitals: one in 24 hours, three without an answer", async () => {
      const results: string[] = [];
      for (const hours of [0, 23, 24, 48, 72, 1000]) {
        const wish = { ...WISH, address: hours % 2 === 0 ? "NEW@example.org" : WISH.address };
        results.push((await store.signups.begin(wish, later(hours * HOUR))).result);
      }
      expect(results).toEqual(["begun", "limited", "begun", "begun", "limited", "limited"]);
    });

    it("count anew after a confirmation", async () => {
      const id = await begin();
      const joined = await store.signups.confirm(id, NOW);
      await store.subscribers.changeById(joined?.id ?? 0, { state: "gone" }, NOW);
      await expect(begin({}, later(HOUR))).resolves.toBeGreaterThan(id);
    });

    it("of the same address replace each other: only the newest link confirms", async () => {
      const first = await begin();
      const second = await begin({ frequency: "daily" }, later(25 * HOUR));
      expect(await store.signups.confirm(first, later(25 * HOUR))).toBeNull();
      expect(await store.signups.confirm(second, later(25 * HOUR))).toMatchObject({ frequency: "daily" });
    });

    it.each(["active", "paused"] as const)("leave an %s reader's preferences alone", async (state) => {
      await store.subscribers.add([reader("new@example.org", { state })], { now: NOW });
      const known = await store.subscribers.find("new@example.org");
      expect(await store.signups.begin(WISH, NOW)).toEqual({ result: "member", subscriberId: known?.id });
      expect(await store.subscribers.find("new@example.org")).toEqual(known);
    });

    it("bring back who left, and who was erased, and nobody whose mail bounced", async () => {
      await store.subscribers.add(
        [reader("left@example.org"), reader("erased@example.org"), reader("bounced@example.org")],
        { now: NOW },
      );
      await store.subscribers.change("left@example.org", { state: "gone" }, NOW);
      await store.subscribers.change("bounced@example.org", { state: "bounced" }, NOW);
      await store.subscribers.erase("erased@example.org", NOW);
      for (const address of ["left@example.org", "erased@example.org"]) {
        const joined = await store.signups.confirm(await begin({ address }), later(HOUR));
        expect(joined).toMatchObject({ address, state: "active", joinedAt: later(HOUR) });
        expect(await store.subscribers.isSuppressed(address)).toBe(false);
      }
      expect(await store.signups.begin({ ...WISH, address: "bounced@example.org" }, NOW)).toEqual({
        result: "suppressed",
      });
    });

    it("are forgotten with the person", async () => {
      const id = await begin();
      await store.subscribers.erase(WISH.address, NOW);
      expect(await store.signups.find(id, NOW)).toBeNull();
    });
  });
}
