import { beforeEach, describe, expect, it } from "vitest";
import type { SignupRequest, Store } from "../../../src/store/store.js";
import { DAY, HOUR, later, NOW, prepare, reader, VIEW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const REQUEST: SignupRequest = {
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

    const begin = async (request: Partial<SignupRequest> = {}, now = NOW): Promise<number> => {
      const begun = await store.signups.begin({ ...REQUEST, ...request }, now);
      if (begun.result !== "begun") throw new Error(begun.result);
      return begun.signupId;
    };

    it("adds a reader with the requested preferences when the sign-up is confirmed", async () => {
      const id = await begin();
      expect(await store.signups.find(id, NOW)).toEqual(REQUEST);
      expect(await store.subscribers.find(REQUEST.address)).toBeNull();
      const joined = await store.signups.confirm(id, later(HOUR));
      expect(joined).toMatchObject({ ...REQUEST, state: "active", joinedAt: later(HOUR) });
      expect(await store.subscribers.find("new@example.org")).toEqual(joined);
      expect(await store.subscribers.byId(joined?.id ?? 0)).toEqual(joined);
    });

    it("counts requests and confirmations", async () => {
      const id = await begin();
      await begin({ address: "other@example.org" });
      await store.signups.confirm(id, NOW);
      await store.signups.confirm(id, NOW);
      expect(await store.subscribers.growthTotals()).toEqual({ requested: 2, confirmed: 1, joined: 1 });
    });

    it("confirms a request once, and finds it any number of times before", async () => {
      const id = await begin();
      await store.signups.find(id, NOW);
      expect(await store.signups.confirm(id, NOW)).not.toBeNull();
      expect(await store.signups.confirm(id, NOW)).toBeNull();
      expect(await store.signups.find(id, NOW)).toBeNull();
    });

    it("lists readers who confirmed until a delivery is prepared for them, they are forgotten or erased", async () => {
      const confirmed = async (address: string) => {
        const joined = await store.signups.confirm(await begin({ address, frequency: "daily" }), NOW);
        return joined?.id ?? 0;
      };
      const [first, second, third] = [
        await confirmed("a@example.org"),
        await confirmed("b@example.org"),
        await confirmed("c@example.org"),
      ];
      expect(await store.signups.newcomers(10)).toEqual([first, second, third]);
      expect(await store.signups.newcomers(1)).toEqual([first]);
      await store.signups.forgetNewcomers([second]);
      await store.subscribers.erase("c@example.org", NOW);
      expect(await store.signups.newcomers(10)).toEqual([first]);
      await prepare(store, DAY);
      expect(await store.signups.newcomers(10)).toEqual([]);
      await store.subscribers.change("a@example.org", { state: "gone" }, NOW);
      expect(await confirmed("a@example.org")).toBe(first);
      expect(await store.signups.newcomers(10)).toEqual([first]);
    });

    it("expires a request after 72 hours", async () => {
      const id = await begin();
      expect(await store.signups.find(id, later(72 * HOUR - 1))).not.toBeNull();
      expect(await store.signups.find(id, later(72 * HOUR))).toBeNull();
      expect(await store.signups.confirm(id, later(72 * HOUR))).toBeNull();
      expect(await store.signups.prune(later(72 * HOUR))).toBe(1);
    });

    /** Signs up, and ends the attempt to send the confirmation in this state. */
    const ask = async (request: SignupRequest, now: Date, state: "sent" | "uncertain" | "refused" = "sent") => {
      const { result } = await store.signups.begin(request, now);
      if (result !== "begun") return result;
      await queue(request.address, now);
      for (const claim of await store.transactional.claim({ limit: 10, now, leaseMs: HOUR })) {
        await store.transactional.settle([{ claim, state, detail: "" }], now);
      }
      return result;
    };
    const queue = (to: string, now: Date) =>
      store.transactional.enqueue(
        { kind: "confirm", to, subject: "", text: "", html: null, headers: {}, sendBefore: later(72 * HOUR, now) },
        now,
      );

    it.each(["sent", "uncertain"] as const)(
      "limits an address in any case to one mail in 24 hours and three without a confirmation: %s",
      async (state) => {
        const results: string[] = [];
        for (const hours of [0, 23, 24, 48, 72, 1000]) {
          const request = { ...REQUEST, address: hours % 2 === 0 ? "NEW@example.org" : REQUEST.address };
          results.push(await ask(request, later(hours * HOUR), state));
        }
        expect(results).toEqual(["begun", "limited", "begun", "begun", "limited", "limited"]);
      },
    );

    it("counts only mails that were sent, not queued, refused or expired ones", async () => {
      const results: string[] = [];
      for (const hours of [0, 1, 2, 25, 26, 200]) results.push(await ask(REQUEST, later(hours * HOUR), "refused"));
      expect(results).toEqual(Array.from({ length: 6 }, () => "begun"));
      // Each replaces the one that waits, so that one leaves.
      for (const hours of [201, 202, 203]) {
        await begin({}, later(hours * HOUR));
        await queue(REQUEST.address, later(hours * HOUR));
      }
      expect(await store.transactional.waiting(NOW)).toMatchObject({ mails: 1, confirmations: 1 });
      expect(await ask(REQUEST, later(400 * HOUR))).toBe("begun");
      expect(await ask(REQUEST, later(401 * HOUR))).toBe("limited");
    });

    it("queues no second mail while one is being sent, and counts one whose sender died", async () => {
      await begin();
      await queue(REQUEST.address, NOW);
      await store.transactional.claim({ limit: 10, now: NOW, leaseMs: -1 });
      expect((await store.signups.begin(REQUEST, NOW)).result).toBe("limited");
      await store.transactional.claim({ limit: 10, now: later(HOUR), leaseMs: HOUR });
      expect(await ask(REQUEST, later(24 * HOUR))).toBe("limited");
      expect(await ask(REQUEST, later(25 * HOUR))).toBe("begun");
    });

    it("resets the count of attempts after a confirmation", async () => {
      const id = await begin();
      const joined = await store.signups.confirm(id, NOW);
      await store.subscribers.changeById(joined?.id ?? 0, { state: "gone" }, NOW);
      await expect(begin({}, later(HOUR))).resolves.toBeGreaterThan(id);
    });

    it("confirms only the newest request of an address", async () => {
      const first = await begin();
      const second = await begin({ frequency: "daily" }, later(25 * HOUR));
      expect(await store.signups.confirm(first, later(25 * HOUR))).toBeNull();
      expect(await store.signups.confirm(second, later(25 * HOUR))).toMatchObject({ frequency: "daily" });
    });

    it.each(["active", "paused"] as const)("leaves the preferences of a reader who is %s unchanged", async (state) => {
      await store.subscribers.add([reader("new@example.org", { state })], { now: NOW });
      const known = await store.subscribers.find("new@example.org");
      expect(await store.signups.begin(REQUEST, NOW)).toEqual({ result: "member", subscriberId: known?.id });
      expect(await store.subscribers.find("new@example.org")).toEqual(known);
    });

    it("accepts addresses that left, bounced or were erased", async () => {
      await store.subscribers.add(
        [reader("left@example.org"), reader("erased@example.org"), reader("bounced@example.org")],
        { now: NOW },
      );
      await store.subscribers.change("left@example.org", { state: "gone" }, NOW);
      await store.subscribers.change("bounced@example.org", { state: "bounced" }, NOW);
      await store.subscribers.erase("erased@example.org", NOW);
      for (const address of ["left@example.org", "erased@example.org", "bounced@example.org"]) {
        const joined = await store.signups.confirm(await begin({ address }), later(HOUR));
        expect(joined).toMatchObject({ address, state: "active", joinedAt: later(HOUR) });
        expect(await store.subscribers.isSuppressed(address)).toBe(false);
      }
    });

    it("forgets the bounces of a reader who confirms again", async () => {
      await store.subscribers.add([reader("new@example.org")], { now: NOW });
      const { id = 0 } = (await store.subscribers.find("new@example.org")) ?? {};
      const bounce = async (now: Date) => {
        await store.inbox.keep([Buffer.from(String(now))], now);
        const [mail] = await store.inbox.pending(1);
        const effects = [{ type: "bounce", subscriberId: id, damage: "permanent", status: "5.2.1" }] as const;
        await store.inbox.settle([{ id: mail?.id ?? 0, outcome: "bounce", effects }], now);
      };
      await bounce(NOW);
      await store.subscribers.changeById(id, { state: "gone" }, NOW);
      await store.signups.confirm(await begin(), later(HOUR));
      await bounce(later(30 * HOUR));
      expect(await store.subscribers.byId(id)).toMatchObject({ state: "active" });
    });

    it.each(["gone", "bounced", "erased"] as const)(
      "lets a reader who is %s come back, although strangers used up the attempts",
      async (state) => {
        await store.subscribers.add([reader("new@example.org")], { now: NOW });
        if (state === "erased") await store.subscribers.erase("new@example.org", NOW);
        else await store.subscribers.change("new@example.org", { state }, NOW);
        const results: string[] = [];
        for (const days of [0, 1, 2, 3, 31, 32, 33]) {
          results.push(await ask(REQUEST, later(days * 24 * HOUR)));
        }
        expect(results).toEqual(["begun", "begun", "begun", "limited", "limited", "begun", "begun"]);
      },
    );

    it("deletes a request when the person is erased", async () => {
      const id = await begin();
      await store.subscribers.erase(REQUEST.address, NOW);
      expect(await store.signups.find(id, NOW)).toBeNull();
    });
  });
}
