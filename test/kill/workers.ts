import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";
import { EDITION_ID, KEY, PREPARED_AT, prepareReaders } from "./edition.js";
import { compare, end, type KillFigures, readLog, startSink } from "./harness.js";

export interface WorkersPlan {
  /** Where the compiled sink stands (`buildPrograms`). */
  readonly programs: string;
  /** The built program, `bin/paperboy.js`. */
  readonly paperboy: string;
  /** An empty folder. */
  readonly folder: string;
  readonly workers: number;
  readonly readers: number;
  readonly kills: number;
  /** Somebody is killed after 1 to so many accepted messages. */
  readonly mostBetweenKills: number;
  readonly random: () => number;
  /** What stands before the program of a worker, such as a network of its own; its number is given. */
  readonly wrapped?: (worker: number, command: readonly string[]) => readonly string[];
  /** The address at which workers reach the sink; loopback unless they have networks of their own. */
  readonly sinkHost?: string;
  readonly onStep?: (step: string) => void;
}

export interface WorkersFigures extends Omit<KillFigures, "madeUncertain"> {
  /** How the workers ended that were asked to stop at the end. */
  readonly exits: readonly (number | null)[];
}

interface Crew {
  /** Rejects when a worker ends that nobody killed: going on then would prove nothing. */
  readonly failed: Promise<never>;
  killOne(): Promise<void>;
  dismiss(): Promise<readonly (number | null)[]>;
}

/** How long to look again whether all is delivered, in ms. */
const LOOK_MS = 500;

/**
 * Lets several workers deliver one edition, each a process of its own, kills one again and again and starts another, crashes
 * the database when half is done, cuts every connection at three quarters, and compares what the sink has with the ledger.
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
    const crew = await gather(plan, { target, port: sink.port });
    const middle = sink.reaches(Math.floor(readers / 2)).then(() => breakDown(server, onStep));
    const later = sink.reaches(Math.floor((readers * 3) / 4)).then(() => server.cut());
    // What was uncertain may never have arrived: the last kills wait for so many that surely do.
    const surely = Math.floor(readers * 0.95);
    for (let kill = 1; kill <= kills; kill += 1) {
      const next = Math.min(sink.accepted() + 1 + Math.floor(random() * plan.mostBetweenKills), surely);
      await Promise.race([sink.reaches(next), crew.failed]);
      await crew.killOne();
      onStep(`killed ${kill}: ${sink.accepted()} accepted`);
    }
    await Promise.race([Promise.all([middle, later]).then(() => untilDone(store, target)), crew.failed]);
    onStep("all delivered");
    const exits = await crew.dismiss();
    const seconds = (performance.now() - started) / 1000;
    return { kills, seconds, exits, ...(await compare(store, await readLog(log))) };
  } finally {
    await end(sink.child);
    await store.close();
    await server.remove();
  }
}

async function breakDown(server: PostgresServer, onStep: (step: string) => void): Promise<void> {
  await server.crash();
  onStep("the database crashed");
  await server.start();
  onStep("the database is back");
}

async function gather(plan: WorkersPlan, { target, port }: { target: string; port: number }): Promise<Crew> {
  const members: ChildProcess[] = [];
  let isOver = false;
  const ends = new EventEmitter();
  const failed = once(ends, "failed").then(([code]) => {
    throw new Error(`a worker ended by itself with ${code}`);
  });
  failed.catch(() => undefined);
  const hire = async (index: number): Promise<void> => {
    const home = await mkdtemp(path.join(plan.folder, "home-"));
    const command = [process.execPath, plan.paperboy, "work", "--home", home, "--now", PREPARED_AT.toISOString()];
    const [program = "", ...args] = plan.wrapped?.(index, command) ?? command;
    const environment = {
      PAPERBOY_STORE: target,
      PAPERBOY_SECRET: "the secret of a house that is killed",
      PAPERBOY_SMTP_URL: `smtp://${plan.sinkHost ?? "127.0.0.1"}:${port}?allowPlaintext=true`,
      PAPERBOY_FROM: "Paperboy <digest@example.org>",
      PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    };
    const member = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
    member.once("exit", (code) => isOver || code === null || ends.emit("failed", code));
    members[index] = member;
  };
  await Promise.all(Array.from({ length: plan.workers }, (_, index) => hire(index)));
  return {
    failed,
    killOne: async () => {
      const index = Math.floor(plan.random() * members.length);
      const member = members[index];
      if (member === undefined) return;
      await end(member);
      await hire(index);
    },
    dismiss: () => {
      isOver = true;
      return Promise.all(
        members.map(async (member) => {
          await end(member, "SIGTERM");
          return member.exitCode;
        }),
      );
    },
  };
}

/** Nobody is lost: whoever died holds what was claimed for no longer than a lease. Then every job ends, too. */
async function untilDone(store: Store, target: string): Promise<void> {
  for (;;) {
    const claimed = await store.ledger.list({ editionId: EDITION_ID, state: "claimed", after: 0, limit: 1 });
    const { pending } = await store.ledger.counts({ editionId: EDITION_ID, channel: "smtp" });
    if (claimed.length === 0 && pending === 0 && (await linedUp(target)) === 0) return;
    await sleep(LOOK_MS);
  }
}

async function linedUp(target: string): Promise<number> {
  const client = new Client({ connectionString: target.replace(/&schema=.*/, "") });
  await client.connect();
  // What the dead held lost its key when a new job took its place.
  const { rows } = await client.query<{ left: string }>(
    "SELECT count(*) AS left FROM graphile_worker.jobs WHERE task_identifier LIKE '%:drain' AND key IS NOT NULL",
  );
  await client.end();
  return Number(rows[0]?.left);
}
