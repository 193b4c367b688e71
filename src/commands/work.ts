import { setTimeout as wait } from "node:timers/promises";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { QueueAddress } from "../store/jobs.js";
import type { Store } from "../store/store.js";
import type { Health } from "../ops/worker/health.js";
import { taskOf } from "../store/jobs.js";
import type { CommandModule, Outcome } from "./command.js";
import { wholeNumber } from "./options.js";
import { keepSending } from "../app/transactional.js";
import { untilAborted } from "../core/until-aborted.js";

interface WorkFlags {
  readonly concurrency: number;
  readonly queues: readonly Queue[];
  readonly schedule?: true | undefined;
  readonly healthPort?: number | undefined;
  readonly healthHost: string;
}

/** What a worker can be asked to look after. */
const QUEUES = ["letters", "mails"] as const;
type Queue = (typeof QUEUES)[number];

/** `paperboy work`: delivers what is queued, beside any number of others. */
export const work: CommandModule = {
  description:
    "Deliver what is queued, until asked to stop. Any number may run, on as many machines as you like, over one " +
    "PostgreSQL database: what one begins no other takes, and all keep to one rate limit. A worker that dies holds " +
    "nothing up for longer than a lease (60 s).",
  examples: ["paperboy work", "paperboy work --schedule", "paperboy work --concurrency 2 --health-port 9090"],
  define: (command, run) =>
    command
      .option("--concurrency <n>", "editions side by side; each has `delivery.connections` connections", wholeNumber, 1)
      .option("--queues <names>", "letters, mails (confirmations), or both", queueNames, QUEUES)
      .option("--schedule", "fetch and prepare too, every hour: no cron is needed")
      .option("--health-port <n>", "answer /healthz and /metrics there", wholeNumber)
      .option("--health-host <address>", "where to listen for that", "127.0.0.1")
      .action((flags) => run((app) => workUntilStopped(app, flags))),
};

function queueNames(text: string): readonly Queue[] {
  const names = text.split(",").map((name) => name.trim());
  const known = QUEUES.filter((queue) => names.includes(queue));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`Expected some of ${QUEUES.join(", ")}, with commas between.`);
}

async function workUntilStopped(app: App, flags: WorkFlags): Promise<Outcome> {
  const queue = await app.queue();
  const store = await app.store();
  const { signal } = app.environment;
  const health = flags.healthPort === undefined ? null : await openHealthOf(app, store, flags);
  app.environment.stderr.write(`Working on ${flags.queues.join(" and ")}; SIGTERM ends it in good order\n`);
  try {
    await Promise.all([
      flags.queues.includes("letters") || flags.schedule ? keepWorking(app, { store, queue, flags }) : null,
      flags.queues.includes("mails") ? keepSending(app, store) : null,
      untilAborted(signal),
    ]);
  } finally {
    await health?.close();
  }
  return { message: "stopped: what was on the wire was finished, the rest waits for others", result: {} };
}

interface Bench {
  readonly store: Store;
  readonly queue: QueueAddress;
  readonly flags: WorkFlags;
}

async function keepWorking(app: App, { store, queue, flags }: Bench): Promise<void> {
  const [{ runEngine }, { letterTasks, recurringTasks, roundTasks }, { minuteOf }] = await Promise.all([
    import("../ops/worker/engine.js"),
    import("../ops/worker/tasks.js"),
    import("../ops/setup/schedule.js"),
  ]);
  const hasLetters = flags.queues.includes("letters");
  await runEngine({
    url: queue.url,
    concurrency: flags.concurrency,
    tasks: {
      ...(hasLetters ? letterTasks(app, { store, queue }) : {}),
      ...(flags.schedule ? roundTasks(app, { queue }) : {}),
    },
    recurring: recurringTasks(queue, flags.schedule ? minuteOf(app.home) : null),
    first: hasLetters ? taskOf(queue.schema, "sweep") : null,
    onTrouble: (message) => app.terminal.warn(message),
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
    signal: app.environment.signal,
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
  app.environment.stderr.write(`Health is told on ${healthHost}, port ${health.port}\n`);
  return health;
}
