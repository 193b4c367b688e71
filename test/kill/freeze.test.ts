import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Build, buildPrograms } from "./build.js";
import { prepareReaders } from "./edition.js";
import { compare, end, finished, readLog, startSender, startSink, withStore } from "./harness.js";

const READERS = 300;
const LANES = 5;
const ROOT = path.resolve(import.meta.dirname, "../..");

let build: Build;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-freeze-"));
  build = await buildPrograms(ROOT);
});

afterAll(async () => {
  await build.remove();
  await rm(folder, { recursive: true, force: true });
});

it("F15: a sender that was frozen past its lease sends nothing that another has taken over", async () => {
  const database = path.join(folder, "paperboy.db");
  const log = path.join(folder, "accepted.txt");
  await withStore(database, (store) => prepareReaders(store, READERS));
  const sink = await startSink(build.folder, log);
  const plan = { programs: build.folder, database, port: sink.port, lanes: LANES, policy: "hold" } as const;
  try {
    const frozen = startSender({ ...plan, leaseMs: 300, locking: "no-lock" });
    await sink.reaches(40);
    frozen.kill("SIGSTOP");
    // The other one recovers every claim at once, as a holder of the lock does: the frozen one's leases are worth nothing.
    const other = startSender({ ...plan, locking: "no-lock" });
    await sink.reaches(80);
    frozen.kill("SIGCONT");
    await Promise.all([finished(other), finished(frozen)]);
  } finally {
    await end(sink.child);
  }
  const figures = await withStore(database, async (store) => compare(store, await readLog(log)));
  const copies = await readLog(log);
  for (const [a, ids] of copies) if (ids.length > 1) console.log("DUP", a, ids);
  console.log(JSON.stringify(figures));
  expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, problems: [] });
  expect(figures.counts.sent + figures.counts.uncertain).toBe(READERS);
  expect(figures.counts.uncertain).toBeLessThanOrEqual(LANES);
});

it("F14: four runs started at once mail nobody twice", async () => {
  const database = path.join(folder, "four.db");
  const log = path.join(folder, "four.txt");
  await withStore(database, (store) => prepareReaders(store, READERS));
  const sink = await startSink(build.folder, log);
  const plan = { programs: build.folder, database, port: sink.port, lanes: LANES, policy: "hold" } as const;
  try {
    const runs = Array.from({ length: 4 }, () => startSender(plan));
    await Promise.all(runs.map((run) => (run.exitCode === null ? once(run, "exit") : null)));
    expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
  } finally {
    await end(sink.child);
  }
  const figures = await withStore(database, async (store) => compare(store, await readLog(log)));
  expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, accepted: READERS, problems: [] });
  expect(figures.counts).toMatchObject({ sent: READERS, uncertain: 0 });
});
