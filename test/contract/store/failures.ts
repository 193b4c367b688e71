import { beforeEach, describe, expect, it } from "vitest";
import type { Settlement, Store } from "../../../src/store/store.js";
import type { Opened } from "./fixtures.js";
import { claim, DAY, edition, HOUR, later, NOW, prepare, prepared, reader } from "./fixtures.js";

const FULL = { bounce: { damage: "soft", status: "5.2.2" } } as const;

function letters(editionId: string, state: string, counts: object): object {
  return { editionId, state, letters: 0, mailed: 0, repeated: 0, full: 0, ...counts };
}

/** What a run, or a worker, reports of letters that failed. */
export function failureContract(use: () => Opened): void {
  describe("the report of failed letters", () => {
    let store: Store;
    beforeEach(() => {
      ({ store } = use());
    });

    const report = (as: "mail" | "run", now = NOW) => store.ledger.reportFailures({ channel: "smtp", as }, now);
    /** Claims the letters of the day and settles them in order. */
    async function settle(results: readonly Partial<Settlement>[], now = NOW, id = DAY.id): Promise<void> {
      const claims = await claim(store, { now, editionIds: [id] });
      await store.ledger.settle(
        results.map((result, index) => {
          const one = claims[index];
          if (one === undefined) throw new Error("nothing was claimed");
          return { claim: one, state: "sent", detail: "", nextAt: later(HOUR, now), ...result };
        }),
        now,
      );
    }

    /** Prepares a further day and settles the letter to its only reader. */
    async function nextDay(days: number, result: Partial<Settlement>): Promise<string> {
      const id = `day:2026-04-${String(days).padStart(2, "0")}`;
      const now = later(days * 24 * HOUR);
      await prepare(store, edition(id, [`2604.000${days}`]), { query: { now } });
      await settle([result], now, id);
      return id;
    }

    it("has each letter once: by mail to the operator, and in the result of a run", async () => {
      await prepared(store, 4);
      await settle([{ state: "uncertain" }, { state: "refused" }, { state: "sent" }, { state: "deferred" }]);
      expect(await report("mail")).toEqual([letters(DAY.id, "uncertain", { letters: 1 })]);
      expect(await report("mail")).toEqual([]);
      const said = await report("run");
      expect(said).toHaveLength(2);
      expect(said).toEqual(
        expect.arrayContaining([
          letters(DAY.id, "uncertain", { letters: 1, mailed: 1 }),
          letters(DAY.id, "refused", { letters: 1 }),
        ]),
      );
      expect([await report("run"), await report("mail")]).toEqual([[], []]);
    });

    it("has letters that another process found uncertain or expired", async () => {
      await prepared(store, 2);
      const claims = await claim(store, { limit: 1, leaseMs: 1000 });
      await store.ledger.gate(claims, NOW);
      await store.ledger.renew(claims, 0);
      await store.ledger.recover(NOW);
      await store.ledger.expire(later(44 * HOUR));
      const found = await report("mail", later(44 * HOUR));
      expect(found).toHaveLength(2);
      expect(found).toEqual(
        expect.arrayContaining([
          letters(DAY.id, "uncertain", { letters: 1 }),
          letters(DAY.id, "expired", { letters: 1 }),
        ]),
      );
    });

    it("has a letter again that failed again after the operator had it sent again", async () => {
      await prepared(store, 1);
      await settle([{ state: "refused" }]);
      await report("run");
      await store.ledger.decide({ from: "refused", to: "pending" }, NOW);
      await settle([{ state: "uncertain" }]);
      expect(await report("run")).toEqual([letters(DAY.id, "uncertain", { letters: 1 })]);
      await store.ledger.decide({ from: "uncertain", to: "refused" }, NOW);
      expect(await report("run")).toEqual([]);
    });

    it("counts the letters to a full mailbox as new once, and as repeated from then on", async () => {
      await store.subscribers.add([reader("full@example.org")], { now: NOW });
      const first = await nextDay(1, { state: "deferred", ...FULL });
      const day = later(24 * HOUR);
      expect(await report("run", day)).toEqual([]);
      expect(await report("run", day)).toEqual([letters(first, "deferred", { repeated: 1, full: 1 })]);
      const second = await nextDay(2, { state: "refused", ...FULL });
      expect(await report("run", later(48 * HOUR))).toContainEqual(
        letters(second, "refused", { repeated: 1, full: 1 }),
      );
      expect((await report("run", later(48 * HOUR))).map(({ editionId }) => editionId)).not.toContain(second);
    });

    it("counts a letter as repeated for any cause, but as new after an accepted one", async () => {
      await store.subscribers.add([reader("odd@example.org")], { now: NOW });
      const days: unknown[] = [];
      const states = { 1: "refused", 2: "refused", 3: "sent", 4: "refused" } as const;
      for (const [name, state] of Object.entries(states)) {
        const day = Number(name);
        const id = await nextDay(day, { state });
        days.push(await report("run", later(day * 24 * HOUR)).then((all) => all.filter((one) => one.editionId === id)));
      }
      expect(days).toEqual([
        [letters("day:2026-04-01", "refused", { letters: 1 })],
        [letters("day:2026-04-02", "refused", { repeated: 1 })],
        [],
        [letters("day:2026-04-04", "refused", { letters: 1 })],
      ]);
    });
  });
}
