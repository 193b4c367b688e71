import type { App } from "../../app/app.js";
import type { QueueAddress } from "../../store/jobs.js";
import { PaperboyError } from "../../core/errors.js";
import type { Store } from "../../store/store.js";
import type { AddJob, Recurring, Task } from "./engine.js";
import { drainJobs, readDrainJob, taskOf } from "../../store/jobs.js";
import type { TaskName } from "../../store/jobs.js";
import { drainEditions } from "../../app/deliver.js";

interface TaskParts {
  readonly store: Store;
  readonly queue: QueueAddress;
}

/** What comes by itself: the sweep each minute, the round at a minute of the hour that is this home's own. */
export function recurringTasks({ schema }: QueueAddress, minute: number | null): readonly Recurring[] {
  const sweep = { task: taskOf(schema, "sweep"), at: "* * * * *" };
  return minute === null ? [sweep] : [sweep, { task: taskOf(schema, "round"), at: `${minute} * * * *` }];
}

/** What a worker does with jobs of letters: it delivers editions, and finds those that nobody delivers. */
export function letterTasks(app: App, { store, queue }: TaskParts): Readonly<Record<string, Task>> {
  return named(queue, {
    drain: (payload) => drainJob(app, store, payload),
    sweep: (_, add) => sweep(app, { store, queue }, add),
  });
}

/** What a worker does on schedule: all that `paperboy run` does. */
export function roundTasks(app: App, { queue }: Pick<TaskParts, "queue">): Readonly<Record<string, Task>> {
  return named(queue, { round: () => round(app) });
}

function named({ schema }: QueueAddress, tasks: Readonly<Partial<Record<TaskName, Task>>>): Record<string, Task> {
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [taskOf(schema, name as TaskName), task]));
}

/** Delivers what is due of one edition. What stops it (a mail server that is away) is told; a sweep brings the job back. */
async function drainJob(app: App, store: Store, payload: unknown): Promise<void> {
  const job = readDrainJob(payload);
  if (job === null) return app.terminal.warn("a job that is none of ours was passed over");
  const transport = await app.transport();
  const saved = await store.editions.find({ editionId: job.edition, channel: transport.channel });
  if (saved === null) return;
  const stopped = await drainEditions(app, { store, transport, editions: [saved], flags: {} });
  if (stopped !== null && !app.environment.signal.aborted) app.terminal.warn(`${job.edition}: ${stopped.message}`);
}

/** How soon the next sweep follows, in ms: a dead worker's claims are looked for not much later than they end. */
const SWEEP_EVERY_MS = 15_000;

/**
 * Settles what nobody will: claims of the dead, what is past its deadline. Then every edition with deliveries left gets its
 * jobs again: one whose worker died is held by the engine for hours, and a new one with its key takes its place.
 */
async function sweep(app: App, { store, queue }: TaskParts, add: AddJob): Promise<void> {
  const now = app.clock();
  await store.ledger.recover(now);
  await store.ledger.expire(now);
  const { channel } = await app.transport();
  for (const { edition } of await store.editions.open(channel)) {
    for (const { key, job } of drainJobs(queue.schema, edition.id))
      await add(taskOf(queue.schema, "drain"), job, { key });
  }
  const task = taskOf(queue.schema, "sweep");
  await add(task, {}, { key: task, at: new Date(Date.now() + SWEEP_EVERY_MS) });
}

/** How a round may end that is nobody's business. */
const FINE: ReadonlySet<string> = new Set(["already-running", "not-ready", "no-papers"]);

async function round(app: App): Promise<void> {
  const { runDue } = await import("../../app/run.js");
  try {
    const { reason, message } = await app.again(runDue);
    app.environment.stderr.write(`${app.clock().toISOString()} ${reason}: ${message}\n`);
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    if (!FINE.has(error.code)) app.terminal.warn(`${error.code}: ${error.message}`);
  }
}
