import { beforeEach, describe, expect, it } from "vitest";
import type { Store, Subscriber, TransactionalMail } from "../../../src/store/store.js";
import { later, NOW, reader, VIEW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const MINUTE = 60_000;
const NOTHING = { mails: 0, confirmations: 0, since: null, nextAt: null, detail: null };

function mail(to: string, parts: Partial<TransactionalMail> = {}): TransactionalMail {
  const words = { subject: "Please confirm", text: "One click.", html: null, headers: {} };
  return { kind: "confirm", to, ...words, sendBefore: later(15 * MINUTE), ...parts };
}

function noteTo(about: Subscriber) {
  return { mail: mail(about.address, { kind: "note" }), about };
}

/** The queue of transactional mails. */
export function transactionalContract(use: () => Opened): void {
  describe("transactional mails", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });

    const claim = (now = NOW, leaseMs = MINUTE) => store.transactional.claim({ limit: 10, now, leaseMs });

    it("claims each mail once, unchanged and oldest first", async () => {
      await store.transactional.enqueue(mail("a@example.org", { headers: { "In-Reply-To": "<x@example.org>" } }), NOW);
      await store.transactional.enqueue(mail("b@example.org", { html: "<p>One click.</p>" }), NOW);
      const claims = await claim();
      expect(claims).toEqual([
        {
          ...mail("a@example.org", { headers: { "In-Reply-To": "<x@example.org>" } }),
          id: claims[0]?.id,
          claimId: claims[0]?.claimId,
          attempt: 1,
        },
        {
          ...mail("b@example.org", { html: "<p>One click.</p>" }),
          id: claims[1]?.id,
          claimId: claims[1]?.claimId,
          attempt: 1,
        },
      ]);
      expect(await claim()).toEqual([]);
    });

    it("claims a deferred mail when it is due", async () => {
      await store.transactional.enqueue(mail("a@example.org"), NOW);
      const [first] = await claim();
      if (first === undefined) throw new Error("nothing to claim");
      const nextAt = later(5 * MINUTE);
      await store.transactional.settle([{ claim: first, state: "deferred", detail: "451 later", nextAt }], NOW);
      expect(await store.transactional.waiting(NOW)).toEqual({
        mails: 1,
        confirmations: 1,
        since: NOW,
        nextAt,
        detail: "451 later",
      });
      expect(await claim(later(4 * MINUTE))).toEqual([]);
      expect(await claim(later(5 * MINUTE))).toMatchObject([{ to: "a@example.org", attempt: 2 }]);
    });

    it.each(["sent", "refused", "uncertain"] as const)("claims no mail that is %s", async (state) => {
      await store.transactional.enqueue(mail("a@example.org"), NOW);
      const [first] = await claim();
      if (first === undefined) throw new Error("nothing to claim");
      await store.transactional.settle([{ claim: first, state, detail: "the reply" }], NOW);
      expect(await claim(later(MINUTE))).toEqual([]);
      expect(await store.transactional.waiting(NOW)).toEqual(NOTHING);
    });

    it("replaces a confirmation that waits by a newer one of the same address, and no other mail", async () => {
      await store.transactional.enqueue(mail("a@example.org", { subject: "first" }), NOW);
      await store.transactional.enqueue(mail("a@example.org", { kind: "note", subject: "note" }), NOW);
      await store.transactional.enqueue(mail("b@example.org", { subject: "other" }), NOW);
      await store.transactional.enqueue(mail("A@example.org", { subject: "second" }), NOW);
      expect((await claim()).map(({ subject }) => subject)).toEqual(["note", "other", "second"]);
    });

    it("expires a mail after its deadline", async () => {
      await store.transactional.enqueue(mail("a@example.org"), NOW);
      expect(await claim(later(15 * MINUTE))).toEqual([]);
      expect(await store.transactional.waiting(NOW)).toEqual(NOTHING);
    });

    it("sends no mail again when its sender died, and ignores its late result", async () => {
      await store.transactional.enqueue(mail("a@example.org"), NOW);
      const [first] = await claim(NOW, -1);
      expect(await claim()).toEqual([]);
      if (first === undefined) throw new Error("nothing to claim");
      await store.transactional.settle([{ claim: first, state: "deferred", detail: "late", nextAt: NOW }], NOW);
      expect(await claim()).toEqual([]);
    });

    it("queues one note about a view to each active reader of the list who has it", async () => {
      const view = { ...VIEW, include: ["zeppelins"] };
      const others = {
        paused: { state: "paused" },
        monthly: { frequency: "monthly" },
        named: { origin: "named" },
      } as const;
      const names = ["one", "two", "other", ...Object.keys(others)];
      const readers = names.map((name) =>
        reader(`${name}@example.org`, {
          view: name === "other" ? VIEW : view,
          ...others[name as keyof typeof others],
        }),
      );
      await store.subscribers.add(readers, { now: NOW });
      const untold = await store.subscribers.untold([view], 10);
      expect(untold.map(({ address }) => address)).toEqual(["one@example.org", "two@example.org"]);
      expect(await store.subscribers.untold([view], 1)).toHaveLength(1);
      expect(await store.subscribers.untold([], 10)).toEqual([]);
      const [one, two] = untold;
      if (!one || !two) throw new Error("the store lists fewer than two readers");
      expect(await store.transactional.enqueueAboutView(noteTo(one), NOW)).toBe(true);
      expect(await store.transactional.enqueueAboutView(noteTo(one), NOW)).toBe(false);
      await store.subscribers.changeById(two.id, { view: VIEW }, NOW);
      expect(await store.transactional.enqueueAboutView(noteTo(two), NOW)).toBe(false);
      expect((await claim()).map(({ to }) => to)).toEqual(["one@example.org"]);
      expect(await store.subscribers.untold([view], 10)).toEqual([]);
      await store.subscribers.changeById(one.id, { frequency: "weekly" }, NOW);
      expect(await store.subscribers.untold([view], 10)).toEqual([]);
    });

    it("deletes a mail when the person is erased", async () => {
      await store.transactional.enqueue(mail("A@example.org"), NOW);
      await store.subscribers.erase("a@example.org", NOW);
      expect(await claim()).toEqual([]);
    });
  });
}
