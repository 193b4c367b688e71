import type { Outcome } from "../core/outcome.js";
import { sleep, untilAborted } from "../core/until-aborted.js";
import { minuteOf } from "../ops/setup/schedule.js";
import { runEngine } from "../ops/worker/engine.js";
import { openHealth } from "../ops/worker/health.js";
import type { Health, HealthParts } from "../ops/worker/health.js";
import { letterTasks, recurringTasks, runTasks } from "../ops/worker/tasks.js";
import type { LetterParts } from "../ops/worker/tasks.js";
import { taskOf } from "../store/jobs.js";
import type { QueueAddress } from "../store/jobs.js";
import type { Store } from "../store/store.js";
import { createMetrics } from "../web/site/metrics.js";
import { notifyOperator } from "./alerts.js";
import type { App } from "./app.js";
import { deliverEditions, deliveryParts } from "./deliver.js";
import { queueOf } from "./open-store.js";
import { runDue } from "./run.js";
import { serveTransactionalMails, transactionalSender } from "./transactional.js";

export interface WorkRequest {
  /** The number of editions to deliver in parallel. */
  readonly concurrency: number;
  readonly queues: readonly ("letters" | "mails")[];
  /** Whether to run every hour as well, as cron does. */
  readonly schedule?: boolean | undefined;
  /** The port of `/healthz` and `/metrics`; none by default. */
  readonly healthPort?: number | undefined;
  readonly healthHost: string;
}

/**
 * Serves the queues until the process is asked to stop.
 * @throws PaperboyError `config-invalid` if the database is a SQLite file, `usage` if it cannot listen on the port.
 */
export async function workUntilStopped(app: App, request: WorkRequest): Promise<Outcome> {
  const queue = queueOf(app.config.settings.store);
  const store = await app.store();
  const { signal, stderr } = app.environment;
  const { queues, schedule, healthHost: host, healthPort: port } = request;
  const health = port === undefined ? null : await serveHealth(app, store, { host, port });
  stderr.write(`Working on ${queues.join(" and ")}; stop with SIGTERM\n`);
  try {
    await Promise.all([
      queues.includes("letters") || schedule ? keepWorking(app, { store, queue, request }) : null,
      queues.includes("mails") ? serveTransactionalMails(transactionalSender(app, store)) : null,
      untilAborted(signal),
    ]);
  } finally {
    await health?.close();
  }
  return { message: "stopped; messages in transmission were finished, and the rest stay queued", result: {} };
}

/** The time between attempts to send a held letter, in ms, for all workers together. They check every few seconds. */
const PROBE_EVERY_MS = 15 * 60_000;

interface WorkParts {
  readonly store: Store;
  readonly queue: QueueAddress;
  readonly request: WorkRequest;
}

/** Delivers the letters that are queued, and prepares editions if the request asks for it. */
async function keepWorking(app: App, { store, queue, request }: WorkParts): Promise<void> {
  const { clock, environment, home, terminal } = app;
  const { signal } = environment;
  const { concurrency, queues, schedule = false } = request;
  const hasLetters = queues.includes("letters");
  const warn = (message: string): void => terminal.warn(message);
  const letters: LetterParts = {
    store,
    queue,
    clock,
    channel: async () => (await app.transport()).channel,
    deliver: async (edition) =>
      deliverEditions(deliveryParts(app, { store, transport: await app.transport() }), {
        editions: [edition],
        probeEveryMs: PROBE_EVERY_MS,
      }),
    notifyOperator: async () => notifyOperator(app, store, (await app.transport()).channel),
    warn,
    signal,
  };
  const run = () => app.withNewApp(runDue);
  const print = (line: string): void => void environment.stderr.write(`${line}\n`);
  await runEngine({
    url: queue.url,
    concurrency,
    tasks: {
      ...(hasLetters ? letterTasks(letters) : {}),
      ...(schedule ? runTasks({ queue, run, clock, print, warn }) : {}),
    },
    recurring: recurringTasks(queue, schedule ? minuteOf(home) : null),
    startTask: hasLetters ? taskOf(queue.schema, "sweep") : null,
    warn,
    sleep,
    signal,
  });
}

async function serveHealth(
  { clock, environment }: Pick<App, "clock" | "environment">,
  store: Store,
  { host, port }: Pick<HealthParts, "host" | "port">,
): Promise<Health> {
  const alive = async (): Promise<void> => void (await store.runs.get("paused"));
  const health = await openHealth({ host, port, alive, metrics: createMetrics({ store, clock }) });
  environment.stderr.write(`Serving /healthz and /metrics on ${host}, port ${health.port}\n`);
  return health;
}
