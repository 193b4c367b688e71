import { expect, it } from "vitest";
import { openStore } from "../../../src/app/open-store.js";
import { claim, DAY, later, NONE, NOW, prepared, reader } from "../../contract/store/fixtures.js";
import { KEY } from "../temporary.js";
import { describeServed } from "./servers.js";

const SMTP = { editionId: DAY.id, channel: "smtp" } as const;

describeServed("a PostgreSQL server", (served) => {
  it("loses and repeats no delivery when connections break or the server restarts during a run", async () => {
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

  it("reports an unreachable server as retryable", async () => {
    const failing = openStore({ target: "postgres://paperboy@127.0.0.1:1/postgres", key: KEY });
    await expect(failing).rejects.toMatchObject({ code: "store-failed", retryable: true });
  });

  it.each([
    ["a missing database", (target: string) => target.replace("/postgres?", "/nobody?")],
    [
      "a connection without TLS",
      (target: string) => `${target.replace(/host=[^&]*/, "host=127.0.0.1")}&sslmode=verify-full`,
    ],
    ["an unknown user", (target: string) => target.replace("user=paperboy", "user=nobody")],
  ])("reports %s as not retryable", async (_, change) => {
    await expect(openStore({ target: change(served.target), key: KEY })).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
    });
  });

  it("releases the claims of a dead worker with the next claim after their lease", async () => {
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

  it("limits the claims of a domain across all workers, and not those of other domains", async () => {
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

  it("takes the run lock again once after a restart, also when several calls find it lost", async () => {
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

  it("takes a lost run lock again unless another run has it", async () => {
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

  it("adds, signs up and prepares once when two processes do so at the same time", async () => {
    const store = await served.open();
    const other = await served.open();
    const batch = Array.from({ length: 50 }, (_, index) => reader(`reader${index}@example.org`));
    const results = await Promise.all([store, other].map((one) => one.subscribers.add(batch, { now: NOW })));
    expect(results.flat().filter((result) => result === "added")).toHaveLength(50);
    const request = { address: "new@example.org", frequency: "daily", view: reader("x").view, origin: "site" } as const;
    const begun = await Promise.all([store, other, store].map((one) => one.signups.begin(request, later(0))));
    expect(begun.map(({ result }) => result)).toEqual(["begun", "begun", "begun"]);
    const requests = begun.map((one) =>
      one.result === "begun" ? store.signups.find(one.signupId, later(0)) : Promise.resolve(null),
    );
    // Only the newest request stays.
    expect((await Promise.all(requests)).filter((found) => found !== null)).toHaveLength(1);
    const plans = await Promise.all([prepared(store, 1), prepared(other, 1)].map((one) => one.catch(() => "failed")));
    expect(plans).toHaveLength(2);
    expect(await store.check()).toEqual([]);
    expect((await store.editions.recent(9)).map(({ prepared }) => prepared)).toEqual([50]);
  });
});
