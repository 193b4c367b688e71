import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claim, Settlement, Store } from "../../../src/store/store.js";
import { claim, edition, HOUR, later, LEASE_MS, NOW, type Opened, prepare, reader } from "./fixtures.js";

const PEOPLE = 4;
const STATES: readonly Settlement["state"][] = ["sent", "refused", "deferred", "pending", "uncertain", "suppressed"];

/** The expected state, compared with the store. */
interface Model {
  readonly store: Store;
  now: Date;
  /** Prepared editions. */
  readonly editions: Set<string>;
  readonly held: Map<number, Claim>;
  readonly gated: Set<number>;
  /** Copies that were sent and not refused, by delivery. */
  readonly copies: Map<number, number>;
  readonly left: Set<string>;
}

function newModel(store: Store): Model {
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

type Step = (model: Model) => Promise<void>;

const person = fc.nat({ max: PEOPLE - 1 }).map((index) => `reader${index}@example.org`);

const joins = person.map((address): Step => async ({ store, now, left }) => {
  await store.subscribers.add([reader(address)], { now });
  // An erased address cannot be added again.
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

const settles = fc.tuple(fc.nat(), fc.constantFrom(...STATES)).map(([pick, result]): Step => async (model) => {
  const { store, now, held, gated, copies } = model;
  const taken = [...held.values()][pick % Math.max(held.size, 1)];
  if (taken === undefined) return;
  const left = gated.has(taken.id);
  // Only a message that passed the gate can be sent or uncertain.
  const state = !left && (result === "sent" || result === "uncertain") ? "pending" : result;
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

const waits = fc.integer({ min: 1, max: 20 }).map((hours): Step => async (model) => {
  model.now = later(hours * HOUR, model.now);
  await model.store.ledger.expire(model.now);
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

async function assertConsistent({ store, editions, copies }: Model): Promise<void> {
  for (const editionId of editions) {
    const { prepared, ...states } = await store.ledger.counts({ editionId, channel: "smtp" });
    const sum = Object.values(states).reduce((total, count) => total + count, 0);
    assert.equal(sum, prepared, `${editionId} does not add up`);
  }
  for (const { id, state } of await store.ledger.list({ after: 0, limit: 1000 })) {
    const out = copies.get(id) ?? 0;
    // One copy, and a second if an operator queued an uncertain delivery again.
    assert(out <= 2, `${out} copies of ${id} were sent`);
    // A delivery with a sent copy never ends suppressed or expired.
    assert(out === 0 || (state !== "suppressed" && state !== "expired"), `${id} was sent and is ${state}`);
    assert(out > 0 || (state !== "sent" && state !== "uncertain"), `${id} was never sent and is ${state}`);
  }
  assert.deepEqual(await store.check(), []);
}

/** Random sequences of events: the counts add up, no reader is mailed twice, readers who left get nothing. */
export function modelContract(open: () => Promise<Opened>): void {
  describe("random events", () => {
    it("keeps the counts and states of deliveries correct in any order of events", { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(steps, async (events) => {
        const opened = await open();
        try {
          const readers = Array.from({ length: PEOPLE }, (_, index) => reader(`reader${index}@example.org`));
          await opened.store.subscribers.add(readers, { now: NOW });
          const model = newModel(opened.store);
          for (const step of events) await step(model);
          await assertConsistent(model);
        } finally {
          await opened.destroy();
        }
      });
      const { counterexample, errorInstance } = await fc.check(property, { numRuns: 40 });
      expect({ counterexample, errorInstance }).toEqual({ counterexample: null, errorInstance: null });
    });
  });
}
