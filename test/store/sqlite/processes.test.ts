import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOW, prepared, reader } from "../../contract/store/fixtures.js";
import { buildPrograms, nextMessage, type Programs } from "../processes.js";
import { openIn, temporaryFolder } from "../temporary.js";

let programs: Programs;
let folder: string;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "paperboy.db");

async function claimFromFour(): Promise<readonly number[]> {
  const children = Array.from({ length: 4 }, () => programs.start("claim", file()));
  await Promise.all(children.map(nextMessage));
  const claimed = children.map(nextMessage);
  children.forEach((child) => child.send("go"));
  return (await Promise.all(claimed)).flatMap((ids) => ids as number[]);
}

describe("concurrent processes", () => {
  it("claims each delivery once across four processes (F14)", async () => {
    const store = await openIn(folder);
    await prepared(store, 200);
    const ids = await claimFromFour();
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it("creates a new database once when four processes open it", async () => {
    expect(await claimFromFour()).toEqual([]);
    const store = await openIn(folder);
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it("waits for the write lock of another process without blocking this one (F16)", async () => {
    const store = await openIn(folder);
    const child = programs.start("hold", file());
    await nextMessage(child);
    let isDone = false;
    const added = store.subscribers.add([reader("a@example.org")], { now: NOW }).finally(() => {
      isDone = true;
    });
    for (let turns = 0; turns < 100; turns += 1) await turn();
    expect(isDone).toBe(false);
    child.send("release");
    expect(await added).toEqual(["added"]);
    await store.close();
  });

  it("takes the run lock after its holder was killed", async () => {
    const store = await openIn(folder);
    const child = programs.start("lock", file());
    expect(await nextMessage(child)).toBe("ready");
    expect(await store.lock()).toBeNull();
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    const lock = await store.lock();
    expect(lock).not.toBeNull();
    await lock?.close();
    await store.close();
  });
});
