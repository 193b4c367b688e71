import type engineModule from "graphile-worker";
import type { Logger, Runner, TaskSpec } from "graphile-worker";
import { PaperboyError } from "../../core/errors.js";
import { JOB_ATTEMPTS } from "../../store/jobs.js";

/** What runs when a job comes; `payload` is what the engine kept, to be read without trust. */
export type Task = (payload: unknown, add: AddJob) => Promise<void>;

/** Puts a job in line; one with the same key that waits is replaced, one that is under way goes on. */
export type AddJob = (task: string, payload: object, spec: JobSpec) => Promise<void>;

interface JobSpec {
  readonly key: string;
  /** Not before then; absent: at once. */
  readonly at?: Date;
}

/** A job that comes by itself. */
export interface Recurring {
  readonly task: string;
  /** Minute, hour, day, month, weekday, in UTC (crontab(5)). */
  readonly at: string;
}

export interface EngineParts {
  /** `postgres://...`, as the driver reads it. */
  readonly url: string;
  /** Jobs side by side in this process. */
  readonly concurrency: number;
  readonly tasks: Readonly<Record<string, Task>>;
  readonly recurring: readonly Recurring[];
  /** The task that is put in line as soon as the engine runs, and again whenever it had to begin anew; null: none. */
  readonly first: string | null;
  /** Told, in words, what went wrong without ending anything. */
  readonly onTrouble: (message: string) => void;
  /** Resolves after so many ms, or as soon as the signal aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborts to stop: no more jobs are taken, those under way end by themselves. */
  readonly signal: AbortSignal;
}

/** How often each process looks for jobs that nobody woke it for, such as those whose time has come, in ms. */
const POLL_MS = 2000;

/** What the engine says that the operator should hear. */
const TROUBLE: ReadonlySet<string> = new Set(["error"]);

/** How long to wait for a database that is away before looking again, in ms. */
const AWAY_MS = 2000;

/**
 * Takes jobs until the signal aborts and those under way have ended. A database that goes away is waited for. The engine
 * (graphile-worker) keeps jobs in PostgreSQL, wakes who waits for one, and knows nothing of mails.
 * @throws PaperboyError `config-invalid` when graphile-worker is not installed.
 */
export async function runEngine(parts: EngineParts): Promise<void> {
  const engine = await loadEngine();
  while (!parts.signal.aborted) {
    try {
      await runOnce(engine, parts);
    } catch (error) {
      parts.onTrouble(
        `the queue is away, and is tried again: ${error instanceof Error ? error.message : String(error)}`,
      );
      await parts.sleep(AWAY_MS, parts.signal);
    }
  }
}

type EngineModule = typeof engineModule;

async function runOnce({ run, parseCronItems, Logger: EngineLogger }: EngineModule, parts: EngineParts): Promise<void> {
  const logger: Logger = new EngineLogger(() => (level, message) => {
    if (TROUBLE.has(level)) parts.onTrouble(message);
  });
  const runner = await run({
    connectionString: parts.url,
    concurrency: parts.concurrency,
    pollInterval: POLL_MS,
    noHandleSignals: true,
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
      Object.entries(parts.tasks).map(([name, task]) => [name, (payload: unknown) => task(payload, adder(runner))]),
    ),
  });
  const stop = (): void => void stopQuietly(runner);
  parts.signal.addEventListener("abort", stop, { once: true });
  if (parts.signal.aborted) stop();
  try {
    if (parts.first !== null) await adder(runner)(parts.first, {}, { key: parts.first });
    await runner.promise;
  } finally {
    parts.signal.removeEventListener("abort", stop);
    await stopQuietly(runner);
  }
}

function adder(runner: Runner): AddJob {
  return async (task, payload, { key, at }) => {
    const spec: TaskSpec = { jobKey: key, jobKeyMode: "replace", maxAttempts: JOB_ATTEMPTS };
    await runner.addJob(task, payload, at === undefined ? spec : { ...spec, runAt: at });
  };
}

/** An engine that has ended already refuses to be stopped; there is nothing else to learn from that. */
async function stopQuietly(runner: Runner): Promise<void> {
  await runner.stop().catch(() => undefined);
}

async function loadEngine(): Promise<EngineModule> {
  try {
    const { default: engine } = await import("graphile-worker");
    return engine;
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: "`paperboy work` needs graphile-worker, which is not installed",
      hint: "Install it beside Paperboy: npm install graphile-worker@0.17.3 pg",
      cause,
    });
  }
}
