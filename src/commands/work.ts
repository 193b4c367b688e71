import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { QueueAddress } from "../store/jobs.js";
import type { SavedEdition, Store } from "../store/store.js";
import type { Health } from "../ops/worker/health.js";
import { taskOf } from "../store/jobs.js";
import type { CommandModule, Outcome } from "./command.js";
import { portNumber, wholeNumber } from "./options.js";
import { serveTransactionalMails, transactionalSender } from "../app/transactional.js";
import { sleep, untilAborted } from "../core/until-aborted.js";

interface WorkFlags {
  readonly concurrency: number;
  readonly queues: readonly Queue[];
  readonly schedule?: true | undefined;
  readonly healthPort?: number | undefined;
  readonly healthHost: string;
}

/** The queues that a worker can serve. */
const QUEUES = ["letters", "mails"] as const;
type Queue = (typeof QUEUES)[number];

/** `paperboy work`: delivers queued letters, together with any number of other workers. */
export const work: CommandModule = {
  description:
    "Deliver queued letters until stopped. Any number of workers can run on any number of machines with one PostgreSQL " +
    "database: each delivery is claimed by one worker, and all share one rate limit. If a worker dies, others take over its " +
    "deliveries after the lease of 60 s.",
  examples: ["paperboy work", "paperboy work --schedule", "paperboy work --concurrency 2 --health-port 9090"],
  define: (command, run) =>
    command
      .option(
        "--concurrency <n>",
        "editions to deliver in parallel, each over `delivery.connections` connections",
        wholeNumber,
        1,
      )
      .option("--queues <names>", "the queues to serve: letters, mails (confirmations), or both", queueNames, QUEUES)
      .option("--schedule", "also fetch and prepare editions every hour, in place of cron")
      .option("--health-port <n>", "serve /healthz and /metrics on this port", portNumber)
      .option("--health-host <address>", "the address of --health-port", "127.0.0.1")
      .action((flags) => run((app) => workUntilStopped(app, flags))),
};

function queueNames(text: string): readonly Queue[] {
  const names = text.split(",").map((name) => name.trim());
  const known = QUEUES.filter((queue) => names.includes(queue));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`Expected ${QUEUES.join(" or ")}, or both separated by a comma.`);
}

async function workUntilStopped(app: App, flags: WorkFlags): Promise<Outcome> {
  const { queueOf } = await import("../app/open-store.js");
  const queue = queueOf(app.config.settings.store);
  const store = await app.store();
  const { signal } = app.environment;
  const health = flags.healthPort === undefined ? null : await openHealthOf(app, store, flags);
  app.environment.stderr.write(`Working on ${flags.queues.join(" and ")}; stop with SIGTERM\n`);
  try {
    await Promise.all([
      flags.queues.includes("letters") || flags.schedule ? keepWorking(app, { store, queue, flags }) : null,
      flags.queues.includes("mails") ? serveTransactionalMails(transactionalSender(app, store)) : null,
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
  readonly flags: WorkFlags;
}

async function keepWorking(app: App, { store, queue, flags }: WorkParts): Promise<void> {
  const [
    { runEngine },
    { letterTasks, recurringTasks, runTasks },
    { minuteOf },
    { deliverEditions, deliveryParts },
    { notifyOperator },
  ] = await Promise.all([
    import("../ops/worker/engine.js"),
    import("../ops/worker/tasks.js"),
    import("../ops/setup/schedule.js"),
    import("../app/deliver.js"),
    import("../app/alerts.js"),
  ]);
  const hasLetters = flags.queues.includes("letters");
  const { clock, environment, terminal } = app;
  const warn = (message: string): void => terminal.warn(message);
  const letters = {
    store,
    queue,
    clock,
    channel: async () => (await app.transport()).channel,
    deliver: async (edition: SavedEdition) =>
      deliverEditions(deliveryParts(app, { store, transport: await app.transport() }), {
        editions: [edition],
        probeEveryMs: PROBE_EVERY_MS,
      }),
    notifyOperator: async () => notifyOperator(app, store, (await app.transport()).channel),
    warn,
    signal: environment.signal,
  };
  const run = async () => app.withNewApp((await import("../app/run.js")).runDue);
  const print = (line: string): void => void environment.stderr.write(`${line}\n`);
  await runEngine({
    url: queue.url,
    concurrency: flags.concurrency,
    tasks: {
      ...(hasLetters ? letterTasks(letters) : {}),
      ...(flags.schedule ? runTasks({ queue, run, clock, print, warn }) : {}),
    },
    recurring: recurringTasks(queue, flags.schedule ? minuteOf(app.home) : null),
    startTask: hasLetters ? taskOf(queue.schema, "sweep") : null,
    warn,
    sleep,
    signal: environment.signal,
  });
}

async function openHealthOf(app: App, store: Store, { healthHost, healthPort = 0 }: WorkFlags): Promise<Health> {
  const [{ openHealth }, { createMetrics }] = await Promise.all([
    import("../ops/worker/health.js"),
    import("../web/site/metrics.js"),
  ]);
  const alive = async (): Promise<void> => void (await store.runs.get("paused"));
  const health = await openHealth({
    host: healthHost,
    port: healthPort,
    alive,
    metrics: createMetrics({ store, clock: app.clock }),
  });
  app.environment.stderr.write(`Serving /healthz and /metrics on ${healthHost}, port ${health.port}\n`);
  return health;
}
