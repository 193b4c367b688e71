import assert from "node:assert/strict";
import * as fc from "fast-check";
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

function newWorld(store: Store): World {
  return {
    store,
    now: NOW,
    editions: new Set(),
    held: new Map(),
    gated: new Set(),
    copies: new Map(),
    left: new Set(),
  };
}

type Step = (world: World) => Promise<void>;

const person = fc.nat({ max: PEOPLE - 1 }).map((index) => `reader${index}@example.org`);

const joins = person.map((address): Step => async ({ store, now, left }) => {
  await store.subscribers.add([reader(address)], { now });
  // Nobody who was erased is let in again.
  if (await store.subscribers.change(address, { state: "active" }, now)) left.delete(address);
});

const leaves = fc.tuple(person, fc.boolean()).map(([address, forGood]): Step => async ({ store, now, left }) => {
  await (forGood ? store.subscribers.erase(address, now) : store.subscribers.change(address, { state: "gone" }, now));
  left.add(address);
});

const prepares = fc.nat({ max: 3 }).map((index): Step => async ({ store, now, editions }) => {
  const id = `day:2026-03-0${index + 1}`;
  const result = await prepare(store, edition(id, [`2603.0000${index}`]), { query: { now } });
  assert.equal(result, editions.has(id) ? "already-prepared" : "prepared");
  editions.add(id);
});

const claims = fc.integer({ min: 1, max: 5 }).map((limit): Step => async ({ store, now, held, left }) => {
  for (const taken of await claim(store, { limit, now, leaseMs: LEASE_MS })) {
    assert(!held.has(taken.id), `${taken.id} was claimed twice`);
    assert(!left.has(taken.address), `${taken.address} has left`);
    held.set(taken.id, taken);
  }
});

const gates = fc.nat().map((pick): Step => async ({ store, now, held, gated, copies, left }) => {
  const taken = [...held.values()][pick % Math.max(held.size, 1)];
  if (taken === undefined) return;
  const passed = await store.ledger.gate([taken], now);
  assert.equal(passed.has(taken.id), !gated.has(taken.id) && !left.has(taken.address));
  if (!passed.has(taken.id)) return;
  gated.add(taken.id);
  copies.set(taken.id, (copies.get(taken.id) ?? 0) + 1);
});

const settles = fc.tuple(fc.nat(), fc.constantFrom(...STATES)).map(([pick, wish]): Step => async (world) => {
  const { store, now, held, gated, copies } = world;
  const taken = [...held.values()][pick % Math.max(held.size, 1)];
  if (taken === undefined) return;
  const left = gated.has(taken.id);
  // A connection says sent or uncertain only of what left.
  const state = !left && (wish === "sent" || wish === "uncertain") ? "pending" : wish;
  await store.ledger.settle([{ claim: taken, state, detail: state, nextAt: later(HOUR, now) }], now);
  if (left && state !== "sent" && state !== "uncertain") copies.set(taken.id, (copies.get(taken.id) ?? 0) - 1);
  held.delete(taken.id);
  gated.delete(taken.id);
});

const dies = fc.constant<Step>(async ({ store, now, held, gated }) => {
  await store.ledger.renew([...held.values()], 0);
  const { pending, uncertain } = await store.ledger.recover(now);
  assert.deepEqual({ pending, uncertain }, { pending: held.size - gated.size, uncertain: gated.size });
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

async function assertTruth({ store, editions, copies }: World): Promise<void> {
  for (const editionId of editions) {
    const { prepared, ...states } = await store.ledger.counts({ editionId, channel: "smtp" });
    const sum = Object.values(states).reduce((total, many) => total + many, 0);
    assert.equal(sum, prepared, `${editionId} does not add up`);
  }
  for (const { id, state } of await store.ledger.list({ after: 0, limit: 1000 })) {
    const out = copies.get(id) ?? 0;
    // One copy, and one more if an operator sent an uncertain one again.
    assert(out <= 2, `${out} copies of ${id} left`);
    // Whatever left and was not refused is never said to have stayed here.
    assert(out === 0 || (state !== "suppressed" && state !== "expired"), `${id} left and is called ${state}`);
    assert(out > 0 || (state !== "sent" && state !== "uncertain"), `${id} never left and is called ${state}`);
  }
  assert.deepEqual(await store.check(), []);
}

/** Whatever happens in whatever order: the counts add up, nobody is mailed twice, who left gets nothing. */
export function modelContract(open: () => Promise<Opened>): void {
  describe("any order of events", () => {
    it("keeps the books", { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(steps, async (events) => {
        const opened = await open();
        try {
          const everybody = Array.from({ length: PEOPLE }, (_, index) => reader(`reader${index}@example.org`));
          await opened.store.subscribers.add(everybody, { now: NOW });
          const world = newWorld(opened.store);
          for (const step of events) await step(world);
          await assertTruth(world);
        } finally {
          await opened.destroy();
        }
      });
      const { counterexample, errorInstance } = await fc.check(property, { numRuns: 40 });
      expect({ counterexample, errorInstance }).toEqual({ counterexample: null, errorInstance: null });
    });
  });
}
