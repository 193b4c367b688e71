import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runEngine } from "../../../src/ops/worker/engine.js";
import { findPostgres, type PostgresServer, startPostgres } from "../../support/postgres.js";

const isMissing = findPostgres() === null && process.env["CI"] === undefined;

describe.skipIf(isMissing)("the engine of workers (install postgresql to run this)", () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.remove());

  it("survives a database that stops while a job ends, and runs the job again when it is back", async () => {
    const engine = startEngine(() => server.stop());
    await engine.ran;
    await server.start();
    await engine.ranAgain;
    expect(await engine.stop()).toEqual([]);
  });

  it("survives a database that stops while the engine starts", async () => {
    // The engine migrates its tables and begins to listen within about this many ms.
    for (const ms of [60, 100, 120]) {
      const engine = startEngine(async () => undefined);
      await sleep(ms);
      await server.stop();
      await server.start();
      await engine.ran;
      expect(await engine.stop()).toEqual([]);
    }
  });

  /**
   * Starts an engine with one job that it queues whenever it connects. `stop` resolves with the errors that would have ended a
   * process.
   */
  function startEngine(firstJob: () => Promise<void>) {
    const fatal: unknown[] = [];
    const note = (error: unknown): void => void fatal.push(error);
    process.on("uncaughtException", note).on("unhandledRejection", note);
    const stopped = new AbortController();
    const jobs = new EventEmitter();
    let runs = 0;
    const ended = runEngine({
      url: server.store("unused").replace(/&schema=.*/, ""),
      concurrency: 2,
      tasks: {
        "test:job": async () => {
          runs += 1;
          if (runs === 1) await firstJob();
          jobs.emit(runs === 1 ? "run" : "run again");
        },
      },
      recurring: [],
      startTask: "test:job",
      warn: () => undefined,
      sleep: async (_, signal) => void (await sleep(20, null, { signal }).catch(() => null)),
      signal: stopped.signal,
    });
    const stop = async (): Promise<readonly unknown[]> => {
      stopped.abort();
      await ended;
      process.off("uncaughtException", note).off("unhandledRejection", note);
      return fatal;
    };
    return { ran: once(jobs, "run"), ranAgain: once(jobs, "run again"), stop };
  }
});
