import { beforeEach, describe, expect, it } from "vitest";
import type { InboxEffect, TransactionalMail, Store } from "../../../src/store/store.js";
import { HOUR, later, NOW, reader, VIEW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const DAY = 24 * HOUR;

function answer(subject: string): TransactionalMail {
  return {
    kind: "reply",
    to: "a@example.org",
    subject,
    text: "Hello",
    html: null,
    headers: {},
    sendBefore: later(DAY, later(100 * DAY)),
  };
}

/** Incoming mails and their effects. */
export function inboxContract(use: () => Opened): void {
  describe("inbox", () => {
    let store: Store;
    let id: number;
    beforeEach(async () => {
      ({ store } = use());
      await store.subscribers.add([reader("a@example.org")], { now: NOW });
      id = (await store.subscribers.find("a@example.org"))?.id ?? 0;
    });

    let written = 0;
    /** Stores a mail and settles it with these effects. */
    const take = async (effects: readonly InboxEffect[], now = NOW): Promise<void> => {
      written += 1;
      await store.inbox.keep([Buffer.from(`mail ${written}`)], now);
      const [mail] = await store.inbox.pending(1);
      await store.inbox.settle([{ id: mail?.id ?? 0, outcome: "taken", effects }], now);
    };
    const stateOf = async () => (await store.subscribers.byId(id))?.state;
    const subjects = async (now = NOW) =>
      (await store.transactional.claim({ limit: 100, now, leaseMs: HOUR })).map(({ subject }) => subject);

    it("stores equal mails once and returns them unchanged and in order", async () => {
      const mails = [Buffer.from("one"), Buffer.from([0, 255, 13, 10]), Buffer.from("one")];
      expect(await store.inbox.keep(mails, NOW)).toBe(2);
      expect(await store.inbox.keep(mails, later(HOUR))).toBe(0);
      const waiting = await store.inbox.pending(10);
      expect(waiting.map(({ raw }) => raw)).toEqual(mails.slice(0, 2));
      expect(waiting.map(({ receivedAt }) => receivedAt)).toEqual([NOW, NOW]);
      expect(await store.inbox.pending(1)).toHaveLength(1);
      expect(await store.inbox.counts()).toEqual({ waiting: 2 });
    });

    it("applies the effects of a mail once, also when another process settles it again", async () => {
      await store.inbox.keep([Buffer.from("one")], NOW);
      const [mail] = await store.inbox.pending(1);
      const settlement = {
        id: mail?.id ?? 0,
        outcome: "answered",
        effects: [{ type: "reply", mail: answer("once"), limits: [] }],
      } as const;
      await store.inbox.settle([settlement], NOW);
      const other = await use().reopen();
      await other.inbox.settle([{ ...settlement, outcome: "again" }], NOW);
      await other.close();
      expect(await subjects()).toEqual(["once"]);
      expect(await store.inbox.counts()).toEqual({ answered: 1 });
      expect(await store.inbox.pending(10)).toEqual([]);
      expect(await store.inbox.keep([Buffer.from("one")], NOW)).toBe(0);
    });

    it("sets a reader to bounced after one hard bounce", async () => {
      await take([{ type: "bounce", subscriberId: id, damage: "hard", status: "5.1.1" }]);
      expect(await stateOf()).toBe("bounced");
    });

    it.each([
      { days: [0, 1, 2, 3, 13], state: "active" },
      { days: [0, 1, 2, 14], state: "active" },
      { days: [0, 1, 2, 3, 14], state: "bounced" },
      { days: [0, 8, 16, 24, 32], state: "active" },
      { days: [0, 8, 16, 24, 31, 33], state: "bounced" },
    ])("leaves a reader with soft bounces on days $days $state", async ({ days, state }) => {
      for (const day of days) {
        await take([{ type: "bounce", subscriberId: id, damage: "soft", status: "4.4.1" }], later(day * DAY));
      }
      expect(await stateOf()).toBe(state);
    });

    it.each([
      { hours: [0, 1, 2, 19], state: "active" },
      { hours: [0, 24], state: "bounced" },
      { hours: [0, 24 * 31], state: "active" },
    ])("leaves a reader with permanent bounces after $hours hours $state", async ({ hours, state }) => {
      for (const hour of hours) {
        await take([{ type: "bounce", subscriberId: id, damage: "permanent", status: "5.2.1" }], later(hour * HOUR));
      }
      expect(await stateOf()).toBe(state);
    });

    it("keeps a reader after one permanent and one soft bounce", async () => {
      await take([{ type: "bounce", subscriberId: id, damage: "permanent", status: "5.2.1" }]);
      await take([{ type: "bounce", subscriberId: id, damage: "soft", status: "5.2.2" }], later(2 * DAY));
      expect(await stateOf()).toBe("active");
    });

    it("changes a reader, but not one who has left meanwhile", async () => {
      await take([{ type: "change", subscriberId: id, change: { frequency: "weekly" } }]);
      expect(await store.subscribers.byId(id)).toMatchObject({ frequency: "weekly", state: "active" });
      await take([{ type: "change", subscriberId: id, change: { state: "gone" } }]);
      await take([{ type: "change", subscriberId: id, change: { state: "active" } }]);
      await take([{ type: "bounce", subscriberId: id, damage: "hard", status: "5.1.1" }]);
      expect(await stateOf()).toBe("gone");
    });

    it("begins a sign-up with its reply in one transaction, and confirms it", async () => {
      const wish = { address: "new@example.org", frequency: "daily", view: VIEW, origin: "mail" } as const;
      let signupId = 0;
      await take([
        {
          type: "signup",
          request: wish,
          limits: [],
          reply: (begun) => {
            if (begun.result === "begun") ({ signupId } = begun);
            return answer(begun.result);
          },
        },
      ]);
      await take([{ type: "signup", request: { ...wish, address: "a@example.org" }, limits: [], reply: () => null }]);
      expect(await subjects()).toEqual(["begun"]);
      await take([{ type: "confirm", signupId }]);
      expect(await store.subscribers.find("new@example.org")).toMatchObject({ state: "active", origin: "mail" });
    });

    it("sends no reply when its rate limits refuse it", async () => {
      const within = [{ name: "answers", capacity: 1, refillMs: HOUR }];
      const wish = { address: "new@example.org", frequency: "daily", view: VIEW, origin: "mail" } as const;
      await take([{ type: "reply", mail: answer("granted"), limits: within }]);
      await take([
        { type: "change", subscriberId: id, change: { frequency: "weekly" } },
        { type: "reply", mail: answer("withheld"), limits: within },
        { type: "signup", request: wish, limits: within, reply: () => answer("withheld") },
      ]);
      expect(await subjects()).toEqual(["granted"]);
      expect(await store.inbox.counts()).toEqual({ taken: 1, "taken, not answered": 1 });
      expect(await store.subscribers.byId(id)).toMatchObject({ frequency: "weekly" });
      expect((await store.signups.begin(wish, NOW)).result).toBe("begun");
    });

    it("ignores effects on an erased person", async () => {
      await store.subscribers.erase("a@example.org", NOW);
      await take([{ type: "change", subscriberId: id, change: { frequency: "weekly" } }]);
      await take([{ type: "bounce", subscriberId: id, damage: "soft", status: "4.4.1" }]);
      expect(await store.inbox.counts()).toEqual({ taken: 2 });
      expect(await store.check()).toEqual([]);
    });
  });
}
