import type { Clock } from "../../core/model.js";
import { PaperboyError } from "../../core/errors.js";
import { drainJobs, readDrainJob, taskOf } from "../../store/jobs.js";
import type { QueueAddress, TaskName } from "../../store/jobs.js";
import type { Channel, SavedEdition, Store } from "../../store/store.js";
import type { AddJob, Recurring, Task } from "./engine.js";

export interface LetterParts {
  readonly store: Pick<Store, "editions" | "ledger">;
  readonly queue: QueueAddress;
  readonly clock: Clock;
  readonly channel: () => Promise<Channel>;
  /** Delivers the due letters of an edition. Resolves with the error that stopped it early, or null. */
  readonly deliver: (edition: SavedEdition) => Promise<PaperboyError | null>;
  /** Notifies the operator of failed letters that no run has reported. */
  readonly notifyOperator: () => Promise<void>;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Returns the recurring jobs: `sweep` each minute and, unless `minute` is null, `run` hourly at that minute. */
export function recurringTasks({ schema }: QueueAddress, minute: number | null): readonly Recurring[] {
  const sweep = { task: taskOf(schema, "sweep"), at: "* * * * *" };
  return minute === null ? [sweep] : [sweep, { task: taskOf(schema, "run"), at: `${minute} * * * *` }];
}

/** Returns the tasks of a worker that delivers letters: `drain` delivers an edition, and `sweep` queues jobs for open editions. */
export function letterTasks(parts: LetterParts): Readonly<Record<string, Task>> {
  const warn = withoutRepeats(parts.warn);
  return named(parts.queue, {
    drain: (payload) => deliverEdition({ ...parts, warn }, payload),
    sweep: (_, add) => sweep(parts, add),
  });
}

export interface ScheduleParts {
  readonly queue: QueueAddress;
  /** Does the same as `paperboy run`. */
  readonly run: () => Promise<{ readonly reason: string; readonly message: string }>;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly warn: (message: string) => void;
}

/** Returns the task of a worker that prepares editions on a schedule. */
export function runTasks(parts: ScheduleParts): Readonly<Record<string, Task>> {
  return named(parts.queue, { run: () => runOnce(parts) });
}

function named({ schema }: QueueAddress, tasks: Readonly<Partial<Record<TaskName, Task>>>): Record<string, Task> {
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [taskOf(schema, name as TaskName), task]));
}

/** Returns a function that does not repeat its last warning, since sweeps queue a job every few seconds. */
function withoutRepeats(warn: (message: string) => void): (message: string) => void {
  let last = "";
  return (message) => {
    if (message !== last) warn(message);
    last = message;
  };
}

/** Delivers one edition. If the mail server is unavailable, the job ends with a warning, and a sweep queues it again. */
async function deliverEdition({ store, channel, deliver, warn, signal }: LetterParts, payload: unknown): Promise<void> {
  const job = readDrainJob(payload);
  if (job === null) return warn("ignored a job with an invalid payload");
  const saved = await store.editions.find({ editionId: job.edition, channel: await channel() });
  if (saved === null) return;
  const stopped = await deliver(saved);
  if (stopped !== null && !signal.aborted) warn(`${job.edition}: ${stopped.message}`);
}

/** The delay until the next sweep, in ms. Short, so that the claims of a dead worker are released soon after their lease ends. */
const SWEEP_EVERY_MS = 15_000;

/**
 * Releases the claims of dead workers, expires overdue deliveries, notifies the operator of failures, and queues jobs for every
 * edition with open deliveries. The engine keeps the job of a dead worker for hours; a new job with the same key replaces it.
 */
async function sweep({ store, queue, clock, channel, notifyOperator }: LetterParts, add: AddJob): Promise<void> {
  const now = clock();
  await store.ledger.recover(now);
  await store.ledger.expire(now);
  await notifyOperator();
  for (const { edition } of await store.editions.open(await channel())) {
    for (const { key, job } of drainJobs(queue.schema, edition.id))
      await add(taskOf(queue.schema, "drain"), job, { key });
  }
  const task = taskOf(queue.schema, "sweep");
  await add(task, {}, { key: task, at: new Date(Date.now() + SWEEP_EVERY_MS) });
}

/** Reasons of a scheduled run that need no warning. */
const EXPECTED: ReadonlySet<string> = new Set(["already-running", "not-ready", "no-papers"]);

async function runOnce({ run, clock, print, warn }: ScheduleParts): Promise<void> {
  try {
    const { reason, message } = await run();
    print(`${clock().toISOString()} ${reason}: ${message}`);
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    if (!EXPECTED.has(error.code)) warn(`${error.code}: ${error.message}`);
  }
}
