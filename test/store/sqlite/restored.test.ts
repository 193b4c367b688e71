import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../src/store/store.js";
import {
  claim,
  DAY,
  edition,
  HOUR,
  later,
  NONE,
  NOW,
  prepare,
  prepared,
  reader,
  sendAll,
  VIEW,
} from "../../contract/store/fixtures.js";
import { openIn, temporaryFolder } from "../temporary.js";

const NEXT = edition("day:2026-03-10", ["2603.00010"]);
const OLD = { code: "store-failed", message: expect.stringContaining("restored from a backup") as string };

describe("a restored backup (F20)", () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await openIn(folder);
    await prepared(store);
    await store.backup(copy());
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const copy = (): string => path.join(folder, "backup.db");
  const epochFile = (): string => path.join(folder, "paperboy.db.epoch");

  async function restore(): Promise<void> {
    await store.close();
    const file = path.join(folder, "paperboy.db");
    for (const side of ["-wal", "-shm"]) rmSync(`${file}${side}`, { force: true });
    copyFileSync(copy(), file);
    store = await openIn(folder);
  }

  /** Adds a reader and a sign-up, and returns their numbers. */
  async function add(name: string): Promise<readonly number[]> {
    await store.subscribers.add([reader(`${name}@example.org`)], { now: NOW });
    const request = { address: `new-${name}@example.org`, frequency: "daily", view: VIEW, origin: "site" } as const;
    const begun = await store.signups.begin(request, NOW);
    return [(await store.subscribers.find(`${name}@example.org`))?.id ?? 0, "signupId" in begun ? begun.signupId : 0];
  }

  it("refuses to prepare or send when mail was claimed after the backup", async () => {
    await sendAll(store);
    await restore();
    await expect(claim(store)).rejects.toMatchObject(OLD);
    await expect(prepare(store, NEXT)).rejects.toMatchObject(OLD);
    await expect(store.ledger.recover(NOW)).rejects.toMatchObject(OLD);
    await expect(store.ledger.expire(later(100 * HOUR))).rejects.toMatchObject(OLD);
    await expect(store.ledger.decide({ from: "refused", to: "pending" }, NOW)).rejects.toMatchObject(OLD);
    expect(await store.ledger.counts({ editionId: DAY.id, channel: "smtp" })).toEqual({
      ...NONE,
      prepared: 3,
      pending: 3,
    });
  });

  it("refuses to prepare when an edition was prepared after the backup", async () => {
    await prepare(store, NEXT);
    await restore();
    await expect(prepare(store, NEXT)).rejects.toMatchObject(OLD);
  });

  it("continues once accepted, with queued deliveries uncertain", async () => {
    await sendAll(store);
    await restore();
    await store.acceptRestored();
    expect(await claim(store)).toEqual([]);
    expect(await store.ledger.counts({ editionId: DAY.id, channel: "smtp" })).toEqual({
      ...NONE,
      prepared: 3,
      uncertain: 3,
    });
    expect(await prepare(store, NEXT)).toBe("prepared");
    expect(await claim(store)).toHaveLength(3);
    expect(await store.check()).toEqual([]);
  });

  it("pushes nothing until it is accepted, with queued pushes uncertain", async () => {
    const plan = { editionId: DAY.id, targets: ["team"], sendBefore: later(44 * HOUR) };
    const ask = { targets: ["team"], now: NOW, leaseMs: HOUR };
    await store.pushes.plan(plan, NOW);
    rmSync(copy());
    await store.backup(copy());
    const taken = await store.pushes.claim(ask);
    expect(taken).not.toBeNull();
    await restore();
    await expect(store.pushes.claim(ask)).rejects.toMatchObject(OLD);
    await expect(store.pushes.plan(plan, NOW)).rejects.toMatchObject(OLD);
    await store.acceptRestored();
    expect(await store.pushes.claim(ask)).toBeNull();
    expect(await store.pushes.list({ limit: 10 })).toMatchObject([{ target: "team", state: "uncertain" }]);
  });

  it("works like the original when nothing was sent after the backup", async () => {
    await restore();
    expect(await claim(store)).toHaveLength(3);
  });

  it.each([
    ["missing", () => rmSync(path.join(folder, "paperboy.db"))],
    ["empty", () => writeFileSync(path.join(folder, "paperboy.db"), "")],
  ])("refuses to create a new database when the old one is %s", async (state, damage) => {
    await store.close();
    damage();
    const before = readdirSync(folder);
    await expect(openIn(folder)).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringContaining(`paperboy.db is ${state}, but `),
    });
    expect(readdirSync(folder)).toEqual(before);
    rmSync(epochFile());
    store = await openIn(folder);
    expect(await store.subscribers.count()).toMatchObject({ active: 0 });
  });

  it.each([
    ["missing", () => rmSync(epochFile())],
    ["invalid", () => writeFileSync(epochFile(), "?")],
    ["behind", () => writeFileSync(epochFile(), "0000000000000000\n")],
  ])("accepts an epoch file that is %s, and writes it again", async (_, damage) => {
    damage();
    expect(await claim(store)).toHaveLength(3);
    expect(Number(readFileSync(epochFile(), "utf8"))).toBeGreaterThan(1);
  });

  describe("numbers of readers and sign-ups", () => {
    it.each<[string, () => unknown]>([
      ["and is accepted after mail was sent", async () => store.acceptRestored()],
      ["and is not accepted yet", () => undefined],
      ["without its epoch file", () => rmSync(epochFile())],
      ["without its epoch file, and is accepted", async () => (rmSync(epochFile()), store.acceptRestored())],
      ["without its epoch file, and is used", async () => (rmSync(epochFile()), prepare(store, NEXT))],
    ])("are not assigned again when it is restored %s", async (_, then) => {
      const before = await add("ann");
      await sendAll(store);
      await restore();
      await then();
      const after = await add("bob");
      expect(after.every((number, index) => number > (before[index] ?? Infinity))).toBe(true);
      expect(await store.subscribers.find("ann@example.org")).toBeNull();
      expect(await store.subscribers.byId(before[0] ?? 0)).toBeNull();
      expect(await store.signups.find(before[1] ?? 0, NOW)).toBeNull();
    });

    it("are not assigned again when nothing was sent after the backup, or it is restored twice", async () => {
      const seen: number[] = [];
      for (const name of ["ann", "bob", "cid"]) {
        seen.push(...(await add(name)).slice(0, 1));
        await restore();
      }
      await store.acceptRestored();
      seen.push(...(await add("dot")).slice(0, 1));
      expect(new Set(seen).size).toBe(4);
    });

    it("count on from one in a database that is new", async () => {
      expect((await store.subscribers.list({ after: 0, limit: 9 })).map(({ id }) => id)).toEqual([1, 2, 3]);
      expect(await add("ann")).toEqual([4, 1]);
      expect(await add("bob")).toEqual([5, 2]);
    });
  });

  it("is complete, readable only by its owner, and overwrites no file", async () => {
    expect(statSync(copy()).mode & 0o777).toBe(0o600);
    await expect(store.backup(copy())).rejects.toMatchObject({ code: "store-failed" });
    await expect(store.backup(path.join(folder, "no", "where.db"))).rejects.toMatchObject({ code: "store-failed" });
    await restore();
    expect(await store.check()).toEqual([]);
    expect(await store.subscribers.count()).toMatchObject({ active: 3 });
  });
});
