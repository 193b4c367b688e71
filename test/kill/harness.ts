import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerCounts, Store } from "../../src/store/store.js";
import { EDITION_ID, openKilledStore, PREPARED_AT, prepareReaders } from "./edition.js";

export interface KillPlan {
  /** Folder of the built programs (`buildPrograms`). */
  readonly programs: string;
  /** An empty folder for the database and the sink's file. */
  readonly folder: string;
  /** An empty database to use instead of a file. */
  readonly database?: string;
  /** Lease of claims where several processes may send, in ms. */
  readonly leaseMs?: number;
  readonly readers: number;
  readonly kills: number;
  readonly connections: number;
  readonly policy: "hold" | "resend";
  /** Each run is killed after 1 to this many accepted messages. */
  readonly mostBetweenKills: number;
  readonly random: () => number;
  readonly onKill?: (kill: number) => void;
}

/** The sink's file compared with the ledger at the end. */
export interface KillFigures {
  readonly kills: number;
  readonly accepted: number;
  readonly counts: LedgerCounts;
  /** Copies beyond the first of a reader. */
  readonly extraCopies: number;
  /** Readers whose copies have more than one Message-ID. */
  readonly differentIds: number;
  /** Readers without a copy whose delivery is not uncertain. */
  readonly lost: number;
  /** Readers with a copy whose delivery is neither sent nor uncertain. */
  readonly unaccounted: number;
  /** Deliveries that became uncertain in recoveries, over all runs. */
  readonly madeUncertain: number;
  /** Deliveries still uncertain at the end that had arrived. */
  readonly uncertainArrived: number;
  readonly problems: readonly string[];
  readonly seconds: number;
}

interface Sink {
  readonly port: number;
  readonly child: ChildProcess;
  accepted(): number;
  /** Resolves when `count` messages have been accepted in total. */
  reaches(count: number): Promise<void>;
}

/** The longest delay between the sink's write to disk and its reply, in ms. */
const SINK_WAIT = "8";

export async function startSink(programs: string, file: string, host = "127.0.0.1"): Promise<Sink> {
  const child = fork(path.join(programs, "sink.js"), [file, SINK_WAIT, host]);
  let accepted = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  child.on("message", (message: { accepted?: string }) => {
    accepted += message.accepted === undefined ? 0 : 1;
    waiting.filter(({ count }) => count <= accepted).forEach(({ resolve }) => resolve());
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    port,
    child,
    accepted: () => accepted,
    reaches: (count) =>
      new Promise((resolve) => (count <= accepted ? resolve() : void waiting.push({ count, resolve }))),
  };
}

/** Ends a child process. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
}

export interface SenderPlan {
  readonly programs: string;
  readonly database: string;
  readonly port: number;
  readonly connections: number;
  readonly policy: "hold" | "resend";
  readonly leaseMs?: number;
  readonly locking?: "lock" | "no-lock";
  /** The number of gates after which it freezes itself; 0: never. */
  readonly freezeAfter?: number;
}

export function startSender(plan: SenderPlan): ChildProcess {
  const { programs, database, port, connections, policy, leaseMs = 60_000, locking = "lock", freezeAfter = 0 } = plan;
  const args = [database, port, connections, policy, leaseMs, locking, freezeAfter].map(String);
  return fork(path.join(programs, "sender.js"), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

/** Waits for the end of a sender. @throws when it failed, because the test would prove nothing. */
export async function finished(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, "exit");
  }
  if (child.exitCode !== 0 && child.signalCode !== "SIGKILL") {
    throw new Error(`the sender ended with ${child.exitCode ?? child.signalCode}`);
  }
}

/** Kills one run after another, lets the last one finish, then compares the sink with the ledger. */
export async function killRepeatedly(plan: KillPlan): Promise<KillFigures> {
  const { programs, folder, readers, connections, policy, random, leaseMs = 60_000 } = plan;
  const started = performance.now();
  const database = plan.database ?? path.join(folder, "paperboy.db");
  const log = path.join(folder, "accepted.txt");
  await withStore(database, (store) => prepareReaders(store, readers));
  const sink = await startSink(programs, log);
  let kills = 0;
  let madeUncertain = 0;
  try {
    for (let over = false; !over;) {
      const sender = startSender({ programs, database, port: sink.port, connections, policy, leaseMs });
      const recovered = new Promise<void>((resolve) => {
        sender.once("message", (message: { recovered?: { uncertain: number } }) => {
          madeUncertain += message.recovered?.uncertain ?? 0;
          resolve();
        });
      });
      const exit = finished(sender);
      exit.catch(() => undefined);
      if (kills < plan.kills) {
        const target = sink.accepted() + 1 + Math.floor(random() * plan.mostBetweenKills);
        // Messages of the last sender may arrive late. A sender that is killed before it reports would make the count too small.
        await Promise.race([Promise.all([recovered, sink.reaches(target)]), exit]);
        await end(sender);
        kills += sender.exitCode === 0 ? 0 : 1;
        plan.onKill?.(kills);
      }
      await exit;
      // Only the next sender may recover what a killed one left, since it reports the number.
      over = sender.exitCode === 0 && (await isDone(database));
    }
  } finally {
    await end(sink.child);
  }
  const seconds = (performance.now() - started) / 1000;
  return withStore(database, async (store) => ({
    kills,
    madeUncertain,
    seconds,
    ...(await compare(store, await readLog(log))),
  }));
}

/** Waits until no claim is held, and returns whether everything is delivered. Leases of killed runs must expire first. */
async function isDone(database: string): Promise<boolean> {
  return withStore(database, async ({ ledger }) => {
    while ((await ledger.list({ state: "claimed", after: 0, limit: 1 })).length > 0) {
      await ledger.recover(PREPARED_AT);
      await sleep(100);
    }
    return (await ledger.counts({ editionId: EDITION_ID, channel: "smtp" })).pending === 0;
  });
}

export async function withStore<T>(database: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openKilledStore(database);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Returns the Message-IDs of the copies that each address received. */
export async function readLog(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const copies = new Map<string, string[]>();
  for (const line of (await readFile(file, "utf8")).split("\n").filter(Boolean)) {
    const [address = "", id = ""] = line.split(" ");
    copies.set(address, [...(copies.get(address) ?? []), id]);
  }
  return copies;
}

type Compared = Omit<KillFigures, "kills" | "seconds" | "madeUncertain">;

export async function compare(store: Store, copies: ReadonlyMap<string, readonly string[]>): Promise<Compared> {
  const rows = await allRows(store);
  const states = new Map(rows.map(({ address, state }) => [address ?? "", state]));
  const all = [...copies.values()];
  return {
    accepted: all.flat().length,
    counts: await store.ledger.counts({ editionId: EDITION_ID, channel: "smtp" }),
    extraCopies: all.reduce((sum, ids) => sum + ids.length - 1, 0),
    differentIds: all.filter((ids) => new Set(ids).size > 1).length,
    lost: [...states].filter(([address, state]) => !copies.has(address) && state !== "uncertain").length,
    unaccounted: [...copies.keys()].filter((address) => !["sent", "uncertain"].includes(states.get(address) ?? ""))
      .length,
    uncertainArrived: [...states].filter(([address, state]) => state === "uncertain" && copies.has(address)).length,
    problems: await store.check(),
  };
}

async function allRows(store: Store) {
  const rows = [];
  for (let after = 0; ;) {
    const page = await store.ledger.list({ editionId: EDITION_ID, after, limit: 1000 });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined) {
      return rows;
    }
    after = last.id;
  }
}
