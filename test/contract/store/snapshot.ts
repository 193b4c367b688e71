import { EventEmitter, once } from "node:events";
import { beforeEach, describe, expect, it } from "vitest";
import type { Letter } from "../../../src/core/model.js";
import { prepareEdition, readersOf, writeLetters } from "../../../src/editions/prepare.js";
import type { PrepareParts } from "../../../src/editions/prepare.js";
import type { Store } from "../../../src/store/store.js";
import { claim, DAY, edition, later, NOW, planOf, prepare, reader, sendAll, VIEW } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const KEY = { editionId: DAY.id, channel: "smtp" } as const;

/** A view that keeps every paper, and of which there is one for each number. */
function viewOf(number: number): typeof VIEW {
  return { ...VIEW, exclude: [`topic ${number}`] };
}

/** Preparing works on what the readers had chosen at its start. */
export function snapshotContract(use: () => Opened): void {
  describe("prepare while readers change", () => {
    let store: Store;
    beforeEach(async () => {
      ({ store } = use());
      const batch = [reader("a@example.org"), reader("b@example.org", { view: viewOf(9) })];
      await store.subscribers.add(batch, { now: NOW });
    });

    /** The subject of the letter that each address gets. */
    async function subjects(): Promise<Readonly<Record<string, string>>> {
      const found: Record<string, string> = {};
      for (const { address, letterId } of await claim(store, { limit: 1000 })) {
        found[address] = (await store.editions.letter(letterId)).subject;
      }
      return found;
    }

    it.each<[string, (one: Store) => Promise<unknown>, readonly string[]]>([
      [
        "a reader with a new view joins",
        (one) => one.subscribers.add([reader("c@example.org", { view: viewOf(1) })], { now: NOW }),
        ["a@example.org", "b@example.org"],
      ],
      [
        "a reader joins a group",
        (one) => one.subscribers.add([reader("c@example.org")], { now: NOW }),
        ["a@example.org", "b@example.org"],
      ],
      ["a reader leaves", (one) => one.subscribers.change("b@example.org", { state: "gone" }, NOW), ["a@example.org"]],
      ["a reader is erased", (one) => one.subscribers.erase("b@example.org", NOW), ["a@example.org"]],
      [
        "a reader changes the view",
        (one) => one.subscribers.change("a@example.org", { view: viewOf(2) }, NOW),
        ["a@example.org", "b@example.org"],
      ],
      [
        "a reader changes the frequency",
        (one) => one.subscribers.change("a@example.org", { frequency: "weekly" }, NOW),
        ["a@example.org", "b@example.org"],
      ],
    ])("gives readers a letter of their view at its start when %s", async (_, meanwhile, mailed) => {
      const plan = await planOf(store, DAY);
      await meanwhile(store);
      expect(await store.editions.prepare(plan)).toBe("prepared");
      expect(await store.editions.find(KEY)).toMatchObject({ candidates: 2, prepared: 2, excluded: {}, forList: true });
      const [keyOfA, keyOfB] = plan.letters.map(({ key }) => key);
      const all = { "a@example.org": `${DAY.id} for ${keyOfA}`, "b@example.org": `${DAY.id} for ${keyOfB}` };
      expect(await subjects()).toEqual(Object.fromEntries(Object.entries(all).filter(([one]) => mailed.includes(one))));
      expect(await store.check()).toEqual([]);
    });

    it("gives readers who were sent one of the papers meanwhile the letter of its start", async () => {
      await prepare(store, edition("day:2026-03-08", ["2603.00001"]));
      const plan = await planOf(store, DAY);
      await sendAll(store);
      expect(await store.editions.prepare(plan)).toBe("prepared");
      expect(Object.values(await subjects())).toEqual(plan.letters.map(({ key }) => `${DAY.id} for ${key}`));
    });

    it("saves nothing from a snapshot that another one replaced", async () => {
      const plan = await planOf(store, DAY);
      await store.editions.snapshot({ ...plan.query, frequency: "weekly" });
      expect(await store.editions.prepare(plan)).toBe("snapshot-lost");
      expect(await store.editions.find(KEY)).toBeNull();
      expect(await prepare(store)).toBe("prepared");
    });

    /** Prepares the edition as a run does, and counts the letters that it writes. */
    async function prepareAsRun(onLetter: () => Promise<void>): Promise<number> {
      let written = 0;
      const parts: PrepareParts = {
        store,
        now: NOW,
        writeLetter: async ({ view }): Promise<Letter> => {
          written += 1;
          await onLetter();
          const words = { subject: view.exclude.join(), preheader: "", html: "<p>Hello</p>", text: "Hello" };
          return { editionId: DAY.id, ...words, language: "en" };
        },
        revisitEditions: () => Promise.reject(new Error("no view asks for a revisit")),
        onPrepared: () => Promise.resolve(),
      };
      const job = {
        name: DAY.id,
        edition: DAY,
        saved: null,
        channel: "smtp",
        days: [],
        frequency: "daily",
        named: [],
        followers: { of: [null], bindsNamed: false },
      } as const;
      const letters = await writeLetters(job, await readersOf(job, false, parts), parts);
      expect(await prepareEdition(job, letters, parts)).toMatchObject({ reason: "sent" });
      return written;
    }

    it("ends although one reader saves new topics with each letter that is rendered", async () => {
      const other = await use().reopen();
      let saved = 100;
      const written = await prepareAsRun(async () => {
        for (const end = saved + 9; saved < end; saved += 1) {
          await other.subscribers.change("a@example.org", { view: viewOf(saved) }, NOW);
        }
      });
      await other.close();
      expect(written).toBe(2);
      expect(await subjects()).toEqual({ "a@example.org": "", "b@example.org": "topic 9" });
    });

    it("writes one letter per view of its start while all readers keep changing from another connection", async () => {
      const addresses = Array.from({ length: 120 }, (_, index) => `reader${index}@example.org`);
      const batch = addresses.map((address, index) => reader(address, { view: viewOf(index % 8) }));
      await store.subscribers.add(batch, { now: NOW });
      const other = await use().reopen();
      const end = new AbortController();
      const done = Object.assign(new EventEmitter(), { changes: 0 });
      const change = async (): Promise<void> => {
        for (const address of addresses) {
          if (end.signal.aborted) return;
          done.changes += 1;
          await other.subscribers.change(address, { view: viewOf(1000 + done.changes) }, later(done.changes));
          done.emit("change");
        }
        return change();
      };
      const changing = change();
      const before = async (): Promise<void> => {
        const enough = done.changes + 20;
        while (done.changes < enough) await once(done, "change");
      };
      const written = await prepareAsRun(before);
      end.abort();
      await changing;
      await other.close();
      expect(done.changes).toBeGreaterThan(180);
      const found = await subjects();
      expect(Object.keys(found)).toHaveLength(122);
      expect(written).toBe(new Set(Object.values(found)).size);
      expect(await store.check()).toEqual([]);
    });
  });
}
