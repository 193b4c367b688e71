import type engineModule from "graphile-worker";
import type { Logger, Runner, TaskSpec } from "graphile-worker";
import type pg from "pg";
import { messageOf, PaperboyError } from "../../core/errors.js";
import { JOB_ATTEMPTS } from "../../store/jobs.js";

/** Handles a job. The `payload` comes from the database and must be validated. */
export type Task = (payload: unknown, add: AddJob) => Promise<void>;

/** Queues a job. Replaces a queued job with the same key; a running one continues. */
export type AddJob = (task: string, payload: object, spec: JobSpec) => Promise<void>;

interface JobSpec {
  readonly key: string;
  /** The earliest start; immediately by default. */
  readonly at?: Date;
}

/** A job on a schedule. */
export interface Recurring {
  readonly task: string;
  /** A crontab(5) schedule: minute, hour, day, month, weekday, in UTC. */
  readonly at: string;
}

export interface EngineParts {
  /** `postgres://...`, for the driver. */
  readonly url: string;
  /** The number of parallel jobs in this process. */
  readonly concurrency: number;
  readonly tasks: Readonly<Record<string, Task>>;
  readonly recurring: readonly Recurring[];
  /** The task to queue whenever the engine starts or reconnects; null for none. */
  readonly startTask: string | null;
  /** Reports a problem that does not end the worker. */
  readonly warn: (message: string) => void;
  /** Resolves after `ms`, or when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Stops the engine: it takes no more jobs, and running jobs finish. */
  readonly signal: AbortSignal;
}

/** The polling interval for jobs without a notification, such as delayed ones, in ms. */
const POLL_MS = 2000;

/** The delay before reconnecting to an unreachable database, in ms. */
const RECONNECT_MS = 2000;

/**
 * Runs jobs until the signal aborts and running jobs have finished. Reconnects if the database is unreachable. The engine is
 * graphile-worker, which stores jobs in PostgreSQL and notifies idle workers.
 * @throws PaperboyError `config-invalid` if graphile-worker is not installed.
 */
export async function runEngine(parts: EngineParts): Promise<void> {
  const engine = await loadEngine();
  while (!parts.signal.aborted) {
    const pool = openPool(engine, parts.url);
    try {
      await runOnce(engine, pool, parts);
    } catch (error) {
      parts.warn(`the job queue failed, retrying: ${messageOf(error)}`);
      await parts.sleep(RECONNECT_MS, parts.signal);
    } finally {
      // A connection in use ends when graphile-worker returns it, so stopping does not wait for an unreachable server.
      void pool.end();
    }
  }
}

interface Engine extends Pick<typeof engineModule, "run" | "parseCronItems" | "Logger"> {
  readonly Pool: typeof pg.Pool;
}

/**
 * Opens the connections of the engine. They outlive it, and their errors are ignored until they are closed: graphile-worker
 * stops listening to its own pool before it closes it, and an error in between would end the process.
 */
function openPool({ Pool }: Engine, url: string): pg.Pool {
  const pool = new Pool({ connectionString: url });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

async function runOnce(
  { run, parseCronItems, Logger: EngineLogger }: Engine,
  pool: pg.Pool,
  parts: EngineParts,
): Promise<void> {
  const logger: Logger = new EngineLogger(() => (level, message) => {
    const severity: string = level;
    if (severity === "error") parts.warn(message);
  });
  const runner = await run({
    pgPool: pool,
    concurrency: parts.concurrency,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    // graphile-worker does not await the query that ends a single job, so its error would end the process. It handles the error
    // of the query for a batch, which is what a delay of 0 asks for: the engine stops, and reconnects.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger,
    parsedCronItems: parseCronItems(
      parts.recurring.map(({ task, at }) => ({
        task,
        match: at,
        identifier: task,
        options: { jobKey: task, jobKeyMode: "replace", maxAttempts: 1, backfillPeriod: 0 },
      })),
    ),
    taskList: Object.fromEntries(
      Object.entries(parts.tasks).map(([name, task]) => [name, (payload: unknown) => task(payload, addJob(runner))]),
    ),
  });
  const stop = (): void => void stopQuietly(runner);
  parts.signal.addEventListener("abort", stop, { once: true });
  if (parts.signal.aborted) stop();
  try {
    if (parts.startTask !== null) await addJob(runner)(parts.startTask, {}, { key: parts.startTask });
    await runner.promise;
  } finally {
    parts.signal.removeEventListener("abort", stop);
    await stopQuietly(runner);
  }
}

function addJob(runner: Runner): AddJob {
  return async (task, payload, { key, at }) => {
    const spec: TaskSpec = { jobKey: key, jobKeyMode: "replace", maxAttempts: JOB_ATTEMPTS };
    await runner.addJob(task, payload, at === undefined ? spec : { ...spec, runAt: at });
  };
}

/** Stops the engine. Ignores the error of one that has already ended. */
async function stopQuietly(runner: Runner): Promise<void> {
  await runner.stop().catch(() => undefined);
}

async function loadEngine(): Promise<Engine> {
  try {
    const [{ default: engine }, { default: driver }] = await Promise.all([import("graphile-worker"), import("pg")]);
    return { ...engine, Pool: driver.Pool };
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: "`paperboy work` needs graphile-worker, which is not installed",
      hint: "Install it next to Paperboy: npm install graphile-worker@0.17.3 pg",
      cause,
    });
  }
}
