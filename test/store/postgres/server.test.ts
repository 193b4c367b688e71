import { expect, it } from "vitest";
import { openStore } from "../../../src/app/open-store.js";
import { claim, DAY, later, NONE, NOW, prepared, reader } from "../../contract/store/fixtures.js";
import { KEY } from "../temporary.js";
import { describeServed } from "./servers.js";

const SMTP = { editionId: DAY.id, channel: "smtp" } as const;

describeServed("a server that comes and goes", (served) => {
  it("may cut every connection and be restarted while mail goes out: nothing is lost, nothing goes twice", async () => {
    const store = await served.open();
    await prepared(store, 60);
    const sent: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      const taken = await claim(store, { limit: 5 });
      if (turn === 3 || turn === 7) await served.server.cut();
      if (turn === 5) await served.server.stop();
      const restarted = turn === 5 ? served.server.start() : null;
      const passed = await store.ledger.gate(taken, NOW);
      await restarted;
      sent.push(...passed);
      if (turn === 9) await served.server.cut();
      const all = taken.map(
        (one) => ({ claim: one, state: passed.has(one.id) ? "sent" : "pending", detail: "" }) as const,
      );
      await store.ledger.settle(all, NOW);
    }
    expect(sent).toHaveLength(60);
    expect(new Set(sent).size).toBe(60);
    expect(await store.ledger.counts(SMTP)).toEqual({ ...NONE, prepared: 60, sent: 60 });
    expect(await store.check()).toEqual([]);
  });

  it("is told apart from one that is not there, and that is worth another try", async () => {
    const failing = openStore({ target: "postgres://paperboy@127.0.0.1:1/postgres", key: KEY });
    await expect(failing).rejects.toMatchObject({ code: "store-failed", retryable: true });
  });

  it.each([
    ["another database", (target: string) => target.replace("/postgres?", "/nobody?")],
    [
      "a connection that cannot be encrypted",
      (target: string) => `${target.replace(/host=[^&]*/, "host=127.0.0.1")}&sslmode=verify-full`,
    ],
    ["a user who is not let in", (target: string) => target.replace("user=paperboy", "user=nobody")],
  ])("does not try again for %s", async (_, change) => {
    await expect(openStore({ target: change(served.target), key: KEY })).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
    });
  });

  it("lets whoever claims next take back what a dead worker held, once its lease is over", async () => {
    const store = await served.open();
    const other = await served.open();
    await prepared(store, 3);
    const [gated] = await claim(store, { limit: 2, leaseMs: 60_000 });
    if (gated === undefined) throw new Error("nothing was claimed");
    await store.ledger.gate([gated], NOW);
    const rest = await claim(other, { limit: 10 });
    expect(rest).toHaveLength(1);
    const rows = await other.ledger.list({ after: 0, limit: 10 });
    expect(rows.map(({ state }) => state)).toEqual(["claimed", "claimed", "claimed"]);
    expect(await other.ledger.recover(NOW)).toEqual({ pending: 0, uncertain: 0 });
    await store.ledger.renew([gated, { ...gated, id: gated.id + 1 }], -1);
    expect((await claim(other, { limit: 10 })).map(({ id }) => id)).toEqual([gated.id + 1]);
    expect(await other.ledger.counts(SMTP)).toEqual({ ...NONE, prepared: 3, uncertain: 1, pending: 2 });
  });

  it("lets all workers together hold no more of one domain than its limit, and of others as many as they like", async () => {
    const stores = [await served.open(), await served.open(), await served.open()];
    const [store] = stores;
    if (store === undefined) throw new Error("three were opened");
    await prepared(store, 20);
    const held = (await Promise.all(stores.map((each) => claim(each, { limit: 10, perDomain: 3 })))).flat();
    expect(held).toHaveLength(3);
    expect(await claim(store, { limit: 10, perDomain: 3 })).toEqual([]);
    const [one] = held;
    if (one === undefined) throw new Error("three were claimed");
    await store.ledger.settle([{ claim: one, state: "sent", detail: "" }], NOW);
    const more = (await Promise.all(stores.map((each) => claim(each, { limit: 10, perDomain: 3 })))).flat();
    expect(more).toHaveLength(1);
    expect(await claim(store, { limit: 30 })).toHaveLength(16);
  });

  it("keeps the lock of a run over a restart, however many find it lost at once", async () => {
    const store = await served.open();
    await prepared(store, 9);
    const lock = await store.lock();
    await served.server.stop();
    const claims = [1, 2, 3].map(() => claim(store, { limit: 3 }));
    await served.server.start();
    expect(new Set((await Promise.all(claims)).flat().map(({ id }) => id)).size).toBe(9);
    expect(await store.lock()).toBeNull();
    await lock?.close();
  });

  it("keeps the lock of a run that lost its connection, unless another one has begun", async () => {
    const store = await served.open();
    const other = await served.open();
    const lock = await store.lock();
    await served.server.cut();
    await prepared(store, 1);
    expect(await other.lock()).toBeNull();
    await served.server.cut();
    const taken = await other.lock();
    expect(taken).not.toBeNull();
    await expect(claim(store)).rejects.toMatchObject({ code: "store-failed", retryable: true });
    await taken?.close();
    expect(await claim(store)).toHaveLength(1);
    await lock?.close();
  });

  it("does what must not be done twice once, whatever others do beside it", async () => {
    const store = await served.open();
    const other = await served.open();
    const batch = Array.from({ length: 50 }, (_, index) => reader(`reader${index}@example.org`));
    const results = await Promise.all([store, other].map((one) => one.subscribers.add(batch, { now: NOW })));
    expect(results.flat().filter((result) => result === "added")).toHaveLength(50);
    const wish = { address: "new@example.org", frequency: "daily", view: reader("x").view, origin: "site" } as const;
    const begun = await Promise.all([store, other, store].map((one) => one.signups.begin(wish, later(0))));
    expect(begun.map(({ result }) => result).toSorted()).toEqual(["begun", "limited", "limited"]);
    const plans = await Promise.all([prepared(store, 1), prepared(other, 1)].map((one) => one.catch(() => "beaten")));
    expect(plans).toHaveLength(2);
    expect(await store.check()).toEqual([]);
    expect((await store.editions.recent(9)).map(({ prepared }) => prepared)).toEqual([50]);
  });
});
