import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOW, prepared, reader } from "../../contract/store/fixtures.js";
import { type Build, buildPrograms } from "../../support/programs.js";
import { openIn, temporaryFolder } from "../temporary.js";

let programs: Build;
let folder: string;
beforeAll(async () => {
  programs = await buildPrograms("store/sqlite/other.ts");
});
afterAll(() => programs.remove());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "paperboy.db");

/** Starts a task of other.ts in another process. */
function start(task: "claim" | "hold" | "lock"): ChildProcess {
  return fork(path.join(programs.folder, "other.js"), [task, file()]);
}

/** Returns the next message of a child process; rejects when it exits first. */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error("the child process exited without a message");
  });
  const message = once(child, "message", { signal: ended.signal });
  try {
    const [content] = (await Promise.race([message, exit])) as readonly unknown[];
    return content;
  } finally {
    ended.abort();
    await Promise.allSettled([message, exit]);
  }
}

async function claimFromFour(): Promise<readonly number[]> {
  const children = Array.from({ length: 4 }, () => start("claim"));
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
    const child = start("hold");
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
    const child = start("lock");
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
