import { execFileSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
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
import { findPostgres } from "../../support/postgres.js";
import { temporaryFolder } from "../temporary.js";
import { describeServed, type Served } from "./servers.js";

const SMTP = { editionId: DAY.id, channel: "smtp" } as const;
const OLD = { code: "store-failed", message: expect.stringContaining("was restored") as string };

/** Backs up a store, runs `meanwhile`, and restores the backup with pg_restore. */
async function restored(served: Served, meanwhile: (store: Store) => Promise<void>): Promise<Store> {
  const folder = temporaryFolder();
  const file = path.join(folder, "backup.dump");
  const store = await served.open();
  await prepared(store);
  await store.backup(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await meanwhile(store);
  const url = new URL(served.target);
  url.searchParams.delete("schema");
  const program = path.join(findPostgres() ?? "", "pg_restore");
  execFileSync(program, ["--clean", "--if-exists", "--no-owner", `--dbname=${url.href}`, file]);
  rmSync(folder, { recursive: true });
  return store;
}

describeServed("a restored dump (F20)", (served) => {
  it("refuses to prepare or send until it is accepted, also on connections opened before", async () => {
    const store = await restored(served, sendAll);
    for (const one of [store, await served.open()]) {
      await expect(claim(one)).rejects.toMatchObject(OLD);
      await expect(prepare(one, edition("day:2026-03-10", ["2603.00010"]))).rejects.toMatchObject(OLD);
      await expect(one.ledger.recover(NOW)).rejects.toMatchObject(OLD);
      await expect(one.ledger.expire(later(100 * HOUR))).rejects.toMatchObject(OLD);
      await expect(one.ledger.decide({ from: "refused", to: "pending" }, NOW)).rejects.toMatchObject(OLD);
    }
    expect(await store.ledger.counts(SMTP)).toEqual({ ...NONE, prepared: 3, pending: 3 });
    await store.acceptRestored();
    expect(await store.ledger.counts(SMTP)).toEqual({ ...NONE, prepared: 3, uncertain: 3 });
    expect(await claim(store)).toEqual([]);
    expect(await prepare(store, edition("day:2026-03-10", ["2603.00010"]))).toBe("prepared");
    expect(await store.check()).toEqual([]);
  });

  it.each([
    ["is accepted", true],
    ["is not accepted yet", false],
  ])("assigns no number of a reader or sign-up again when it %s", async (_, accepts) => {
    const request = { frequency: "daily", view: VIEW, origin: "site" } as const;
    const add = async (one: Store, name: string): Promise<readonly number[]> => {
      await one.subscribers.add([reader(`${name}@example.org`)], { now: NOW });
      const begun = await one.signups.begin({ ...request, address: `new-${name}@example.org` }, NOW);
      return [(await one.subscribers.find(`${name}@example.org`))?.id ?? 0, "signupId" in begun ? begun.signupId : 0];
    };
    let before: readonly number[] = [];
    const store = await restored(served, async (one) => {
      before = await add(one, "ann");
      await sendAll(one);
    });
    if (accepts) await store.acceptRestored();
    const after = await add(store, "bob");
    expect(before.every((number) => number > 200_000_000_000)).toBe(true);
    expect(after.every((number, index) => number > (before[index] ?? Infinity))).toBe(true);
    expect(await store.subscribers.byId(before[0] ?? 0)).toBeNull();
    expect(await store.signups.find(before[1] ?? 0, NOW)).toBeNull();
  });

  it("does not overwrite an existing file with a backup", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "backup.dump");
    const store = await served.open();
    await store.backup(file);
    await expect(store.backup(file)).rejects.toMatchObject({ code: "store-failed" });
    expect(existsSync(file)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
