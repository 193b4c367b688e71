import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claim, Settlement, Store } from "../../../src/store/store.js";
import { claim, edition, HOUR, later, LEASE_MS, NOW, type Opened, prepare, reader } from "./fixtures.js";

const PEOPLE = 4;
const STATES: readonly Settlement["state"][] = ["sent", "refused", "deferred", "pending", "uncertain", "suppressed"];

/** What the outside world has seen, kept beside the store. */
interface World {
  readonly store: Store;
  now: Date;
  /** Editions that were prepared. */
  readonly editions: Set<string>;
  readonly held: Map<number, Claim>;
  readonly gated: Set<number>;
  /** Copies that left and that no server has said no to, by delivery. */
  readonly copies: Map<number, number>;
  readonly left: Set<string>;
}

type Step = (world: World) => Promise<void>;

const person = fc.nat({ max: PEOPLE - 1 }).map((index) => `reader${index}@example.org`);

const joins = person.map((address): Step => async ({ store, now, left }) => {
  await store.subscribers.add([reader(address)], { now });
  await store.subscribers.change(address, { state: "active" }, now);
  left.delete(address);
});

const leaves = fc.tuple(person, fc.boolean()).map(([address, forGood]): Step => async ({ store, now, left }) => {
  await (forGood ? store.subscribers.erase(address, now) : store.subscribers.change(address, { state: "gone" }, now));
  left.add(address);
});

const prepares = fc.nat({ max: 3 }).map((index): Step => async ({ store, now, editions }) => {
  const id = `day:2026-03-0${index + 1}`;
  const result = await prepare(store, edition(id, [`2603.0000${index}`]), { query: { now } });
  expect(result).toBe(editions.has(id) ? "already-prepared" : "prepared");
  editions.add(id);
});

const claims = fc.integer({ min: 1, max: 5 }).map((limit): Step => async ({ store, now, held, left }) => {
  for (const taken of await claim(store, { limit, now, leaseMs: LEASE_MS })) {
    expect(held.has(taken.id)).toBe(false);
    expect(left.has(taken.address)).toBe(false);
    held.set(taken.id, taken);
  }
});

const gates = fc.nat().map((pick): Step => async ({ store, now, held, gated, copies, left }) => {
  const taken = [...held.values()][pick % Math.max(held.size, 1)];
  if (taken === undefined) return;
  const passed = await store.ledger.gate([taken], now);
  expect(passed.has(taken.id)).toBe(!gated.has(taken.id) && !left.has(taken.address));
  if (!passed.has(taken.id)) return;
  gated.add(taken.id);
  copies.set(taken.id, (copies.get(taken.id) ?? 0) + 1);
});

const settles = fc.tuple(fc.nat(), fc.constantFrom(...STATES)).map(([pick, wish]): Step => async (world) => {
  const { store, now, held, gated, copies } = world;
  const taken = [...held.values()][pick % Math.max(held.size, 1)];
  if (taken === undefined) return;
  const left = gated.has(taken.id);
  // A lane says sent or uncertain only of what left.
  const state = !left && (wish === "sent" || wish === "uncertain") ? "pending" : wish;
  await store.ledger.settle([{ claim: taken, state, detail: state, nextAt: later(HOUR, now) }], now);
  if (left && state !== "sent" && state !== "uncertain") copies.set(taken.id, (copies.get(taken.id) ?? 0) - 1);
  held.delete(taken.id);
  gated.delete(taken.id);
});

const dies = fc.constant<Step>(async ({ store, now, held, gated }) => {
  await store.ledger.renew([...held.values()], 0);
  const { pending, uncertain } = await store.ledger.recover(now);
  expect({ pending, uncertain }).toEqual({ pending: held.size - gated.size, uncertain: gated.size });
  held.clear();
  gated.clear();
});

const waits = fc.integer({ min: 1, max: 20 }).map((hours): Step => async (world) => {
  world.now = later(hours * HOUR, world.now);
  await world.store.ledger.expire(world.now);
});

const decides = fc.constantFrom("deferred", "refused", "uncertain").map((from): Step => async ({ store, now }) => {
  await store.ledger.decide({ from, to: "pending" }, now);
});

const steps = fc.array(
  fc.oneof(joins, leaves, prepares, claims, claims, gates, gates, settles, settles, dies, waits, decides),
  {
    minLength: 10,
    maxLength: 50,
  },
);

async function expectTruth({ store, editions, copies }: World): Promise<void> {
  for (const editionId of editions) {
    const { prepared, ...states } = await store.ledger.counts({ editionId, channel: "smtp" });
    expect(Object.values(states).reduce((sum, many) => sum + many, 0)).toBe(prepared);
  }
  const rows = await store.ledger.list({ after: 0, limit: 1000 });
  for (const { id, state } of rows) {
    const out = copies.get(id) ?? 0;
    // One copy, and one more if an operator sent an uncertain one again.
    expect(out).toBeLessThanOrEqual(2);
    // Whatever left and was not refused is never called anything that says it did not arrive for sure.
    if (out > 0) expect(["sent", "uncertain", "claimed", "pending", "deferred", "refused"]).toContain(state);
    if (state === "sent" || state === "uncertain") expect(out).toBeGreaterThan(0);
  }
  expect(await store.check()).toEqual([]);
}

/** Whatever happens in whatever order: the counts add up, nobody is mailed twice, who left gets nothing. */
export function modelContract(open: () => Promise<Opened>): void {
  describe("any order of events", () => {
    it("keeps the books", { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (events) => {
          const { store, destroy } = await open();
          const world = { store, now: NOW, editions: new Set<string>(), held: new Map(), gated: new Set<number>() };
          const full: World = { ...world, copies: new Map(), left: new Set() };
          try {
            const everybody = Array.from({ length: PEOPLE }, (_, index) => reader(`reader${index}@example.org`));
            await store.subscribers.add(everybody, { now: NOW });
            for (const step of events) await step(full);
            await expectTruth(full);
          } finally {
            await destroy();
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
