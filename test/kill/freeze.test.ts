import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeServed } from "../store/postgres/servers.js";
import { type Build, buildPrograms } from "../support/programs.js";
import { prepareReaders } from "./edition.js";
import { compare, end, finished, readLog, startSender, startSink, withStore } from "./harness.js";

const READERS = 300;
const CONNECTIONS = 5;

let build: Build;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-freeze-"));
  build = await buildPrograms("kill/sender.ts", "kill/sink.ts");
});

afterAll(async () => {
  await build.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until a child sends a message with the property `what`. */
async function told(child: ChildProcess, what: string): Promise<void> {
  for (;;) {
    const [message] = (await once(child, "message")) as [object];
    if (what in message) {
      return;
    }
  }
}

/** One sender freezes past its lease, another takes over, then the first one resumes. */
async function frozenAt(gates: number, database: string): ReturnType<typeof compare> {
  const log = path.join(folder, `frozen-${gates}-${database.length}.txt`);
  await withStore(database, (store) => prepareReaders(store, READERS));
  const sink = await startSink(build.folder, log);
  const plan = { programs: build.folder, database, port: sink.port, connections: CONNECTIONS, policy: "hold" } as const;
  try {
    const frozen = startSender({ ...plan, leaseMs: 300, locking: "no-lock", freezeAfter: gates });
    await told(frozen, "frozen");
    // The other sender recovers every claim at once, as the next holder of the lock does; on PostgreSQL it waits for the lease.
    const other = startSender({ ...plan, locking: "no-lock" });
    await sink.reaches(gates + 60);
    frozen.kill("SIGCONT");
    await Promise.all([finished(other), finished(frozen)]);
  } finally {
    await end(sink.child);
  }
  return withStore(database, async (store) => compare(store, await readLog(log)));
}

const EVERYONE_ONCE = { extraCopies: 0, lost: 0, unaccounted: 0, accepted: READERS, problems: [] };

it.each([7, 40, 101])(
  "F15: a sender frozen at gate %i past its lease sends nothing that another took over",
  async (gates) => {
    const figures = await frozenAt(gates, path.join(folder, `frozen-${gates}.db`));
    expect(figures).toMatchObject({ ...EVERYONE_ONCE, counts: { sent: READERS } });
  },
);

describeServed("F15: a sender frozen past its lease", (served) => {
  it("sends nothing that another took over", async () => {
    expect(await frozenAt(40, served.target)).toMatchObject({ ...EVERYONE_ONCE, counts: { sent: READERS } });
  });
});

it("F14: four concurrent runs mail no reader twice", async () => {
  const database = path.join(folder, "four.db");
  const log = path.join(folder, "four.txt");
  await withStore(database, (store) => prepareReaders(store, READERS));
  const sink = await startSink(build.folder, log);
  const plan = { programs: build.folder, database, port: sink.port, connections: CONNECTIONS, policy: "hold" } as const;
  try {
    const runs = Array.from({ length: 4 }, () => startSender(plan));
    await Promise.all(runs.map((run) => once(run, "exit")));
    const codes = runs.map(({ exitCode }) => exitCode);
    expect(codes).toContain(0);
    expect(codes.filter((code) => code !== 0).every((code) => code === 3)).toBe(true);
  } finally {
    await end(sink.child);
  }
  const figures = await withStore(database, async (store) => compare(store, await readLog(log)));
  expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, accepted: READERS, problems: [] });
  expect(figures.counts).toMatchObject({ sent: READERS, uncertain: 0 });
});
