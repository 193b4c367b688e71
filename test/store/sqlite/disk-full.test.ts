import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import type { Claim, Store } from "../../../src/store/store.js";
import { claim, DAY, NOW, prepared } from "../../contract/store/fixtures.js";
import { openIn, temporaryFolder } from "../temporary.js";

const READERS = 40;

/** Mounts a small file system to simulate a full disk; false when this user may not mount. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Repeats `work` until the disk is full; returns the results until then. */
async function untilFull<T>(work: () => Promise<T>): Promise<readonly T[]> {
  const done: T[] = [];
  while (done.length < READERS) {
    try {
      done.push(await work());
    } catch (error) {
      assert(error instanceof PaperboyError && error.code === "store-failed" && error.retryable, String(error));
      return done;
    }
  }
  throw new Error("the disk never became full");
}

const probe = temporaryFolder();
const canMount = mountSmall(probe);
if (canMount) execFileSync("umount", [probe]);
rmSync(probe, { recursive: true });

const skipped = canMount ? "" : " (skipped: needs the right to mount a tmpfs)";

describe.skipIf(!canMount)(`a full disk (F17, F18)${skipped}`, () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = temporaryFolder();
    mountSmall(folder);
    store = await openIn(folder);
    await prepared(store, READERS);
  });
  afterEach(async () => {
    await store.close();
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  });

  const ballast = (): string => path.join(folder, "ballast");

  function fill(): void {
    const handle = openSync(ballast(), "w");
    const block = Buffer.alloc(4096, 1);
    try {
      for (;;) writeSync(handle, block);
    } catch {
      // The disk is full.
    } finally {
      closeSync(handle);
    }
  }

  const counts = (): ReturnType<Store["ledger"]["counts"]> =>
    store.ledger.counts({ editionId: DAY.id, channel: "smtp" });

  it("returns no claim that it cannot store", async () => {
    fill();
    const before = (await untilFull(() => claim(store, { limit: 1 }))).flat();
    rmSync(ballast());
    const after = await claim(store, { limit: READERS });
    const ids = [...before, ...after].map(({ id }) => id);
    expect(new Set(ids).size).toBe(READERS);
    expect(ids).toHaveLength(READERS);
    expect(await store.check()).toEqual([]);
  });

  it("opens no gate that it cannot store", async () => {
    const claims = [...(await claim(store, { limit: READERS }))];
    fill();
    const passed = await untilFull(async () => store.ledger.gate(claims.splice(0, 1), NOW));
    rmSync(ballast());
    expect(await store.ledger.recover(NOW)).toEqual({ pending: READERS - passed.length, uncertain: passed.length });
    expect(await store.check()).toEqual([]);
  });

  it("never sends a delivery again whose result it could not store", async () => {
    const claims: readonly Claim[] = await claim(store, { limit: READERS });
    await store.ledger.gate(claims, NOW);
    const rest = [...claims];
    fill();
    const settle = (one: Claim | undefined): Promise<void> =>
      store.ledger.settle(one ? [{ claim: one, state: "sent", detail: "250 ok" }] : [], NOW);
    const settled = await untilFull(() => settle(rest.shift()));
    rmSync(ballast());
    await store.ledger.recover(NOW);
    expect(await counts()).toMatchObject({ sent: settled.length, uncertain: READERS - settled.length, pending: 0 });
    expect(await claim(store)).toEqual([]);
    expect(await store.check()).toEqual([]);
  });
});
