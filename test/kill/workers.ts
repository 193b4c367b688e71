import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openStore } from "../../src/app/open-store.js";
import { REASONS } from "../../src/core/errors.js";
import type { Store } from "../../src/store/store.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";
import { EDITION_ID, KEY, PREPARED_AT, prepareReaders } from "./edition.js";
import { compare, end, type KillFigures, readLog, startSink } from "./harness.js";

export interface WorkersPlan {
  /** Folder of the built sink (`buildPrograms`). */
  readonly programs: string;
  /** The built program, `bin/paperboy.js`. */
  readonly paperboy: string;
  /** An empty folder. */
  readonly folder: string;
  readonly workers: number;
  readonly readers: number;
  readonly kills: number;
  /** A worker is killed after 1 to this many accepted messages. */
  readonly mostBetweenKills: number;
  readonly random: () => number;
  /** Wraps the command of a worker, for example to run it in its own network namespace. */
  readonly wrapped?: (worker: number, command: readonly string[]) => readonly string[];
  /** The address at which workers reach the sink; loopback by default. */
  readonly sinkHost?: string;
  readonly onStep?: (step: string) => void;
}

export interface WorkersFigures extends Omit<KillFigures, "madeUncertain"> {
  /** Exit statuses of the workers that were stopped at the end. */
  readonly exits: readonly (number | null)[];
}

interface Workers {
  /** Rejects when a worker ends without being killed, because the test would prove nothing. */
  readonly failed: Promise<never>;
  killOne(): Promise<void>;
  stop(): Promise<readonly (number | null)[]>;
}

/** The exit status of a worker that could not open the database. */
const STORE_FAILED = REASONS["store-failed"].exit;

/** How often to check whether everything is delivered, in ms. */
const POLL_MS = 500;

/**
 * Delivers one edition with several worker processes while it repeatedly kills and replaces one, crashes the database half-way
 * and cuts every connection at three quarters; then compares the sink with the ledger.
 */
export async function killWorkers(plan: WorkersPlan): Promise<WorkersFigures> {
  const { readers, kills, random, onStep = () => undefined } = plan;
  const started = performance.now();
  const server = await startPostgres({ durable: true });
  const target = server.store("killed");
  const store = await openStore({ target, key: KEY });
  const log = path.join(plan.folder, "accepted.txt");
  const sink = await startSink(plan.programs, log, plan.sinkHost);
  try {
    await prepareReaders(store, readers);
    onStep(`${readers} prepared`);
    const workers = await startWorkers(plan, { target, port: sink.port });
    const middle = sink.reaches(Math.floor(readers / 2)).then(() => crashDatabase(server, onStep));
    const later = sink.reaches(Math.floor((readers * 3) / 4)).then(() => server.cut());
    // Uncertain messages may never arrive, so the last kills wait only for the number that surely does.
    const surely = Math.floor(readers * 0.95);
    for (let kill = 1; kill <= kills; kill += 1) {
      const next = Math.min(sink.accepted() + 1 + Math.floor(random() * plan.mostBetweenKills), surely);
      await Promise.race([sink.reaches(next), workers.failed]);
      await workers.killOne();
      onStep(`killed ${kill}: ${sink.accepted()} accepted`);
    }
    await Promise.race([Promise.all([middle, later]).then(() => untilDone(store, target)), workers.failed]);
    onStep("all delivered");
    const exits = await workers.stop();
    const seconds = (performance.now() - started) / 1000;
    return { kills, seconds, exits, ...(await compare(store, await readLog(log))) };
  } finally {
    await end(sink.child);
    await store.close();
    await server.remove();
  }
}

async function crashDatabase(server: PostgresServer, onStep: (step: string) => void): Promise<void> {
  await server.crash();
  onStep("the database crashed");
  await server.start();
  onStep("the database is back");
}

async function startWorkers(plan: WorkersPlan, { target, port }: { target: string; port: number }): Promise<Workers> {
  const processes: Promise<ChildProcess>[] = [];
  let isOver = false;
  const ends = new EventEmitter();
  const failed = once(ends, "failed").then(([code]) => {
    throw new Error(`a worker ended by itself with ${code}`);
  });
  failed.catch(() => undefined);
  const start = async (index: number): Promise<ChildProcess> => {
    const home = await mkdtemp(path.join(plan.folder, "home-"));
    const command = [process.execPath, plan.paperboy, "work", "--home", home, "--now", PREPARED_AT.toISOString()];
    const [program = "", ...args] = plan.wrapped?.(index, command) ?? command;
    const environment = {
      PAPERBOY_STORE: target,
      PAPERBOY_SECRET: "the secret of the killed workers",
      PAPERBOY_SMTP_URL: `smtp://${plan.sinkHost ?? "127.0.0.1"}:${port}?allowPlaintext=true`,
      PAPERBOY_FROM: "Paperboy <digest@example.org>",
      PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    };
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    child.once("exit", (code) => {
      if (isOver) return;
      // Like a process manager, starts a worker again that was killed or that found no database when it started.
      const mayRestart = code === null || (code === STORE_FAILED && !said.includes("Working on"));
      if (mayRestart) processes[index] = start(index);
      else ends.emit("failed", `${code}: ${said}`);
    });
    return child;
  };
  for (let index = 0; index < plan.workers; index += 1) processes[index] = start(index);
  await Promise.all(processes);
  return {
    failed,
    killOne: async () => {
      const index = Math.floor(plan.random() * processes.length);
      const child = await processes[index];
      if (child !== undefined) await end(child);
    },
    stop: () => {
      isOver = true;
      return Promise.all(
        processes.map(async (started) => {
          const child = await started;
          await end(child, "SIGTERM");
          return child.exitCode;
        }),
      );
    },
  };
}

/** Waits until every delivery is settled and every job has ended. Claims of killed workers last one lease. */
async function untilDone(store: Store, target: string): Promise<void> {
  for (;;) {
    const claimed = await store.ledger.list({ editionId: EDITION_ID, state: "claimed", after: 0, limit: 1 });
    const { pending } = await store.ledger.counts({ editionId: EDITION_ID, channel: "smtp" });
    if (claimed.length === 0 && pending === 0 && (await queuedJobs(target)) === 0) return;
    await sleep(POLL_MS);
  }
}

async function queuedJobs(target: string): Promise<number> {
  const client = new Client({ connectionString: target.replace(/&schema=.*/, "") });
  await client.connect();
  // Jobs of killed workers lost their key when a new job replaced them.
  const { rows } = await client.query<{ left: string }>(
    "SELECT count(*) AS left FROM graphile_worker.jobs WHERE task_identifier LIKE '%:drain' AND key IS NOT NULL",
  );
  await client.end();
  return Number(rows[0]?.left);
}
