import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { WorkRequest } from "../app/work.js";
import type { CommandModule } from "./command.js";
import { portNumber, wholeNumber } from "./options.js";

/** The queues that a worker can serve. */
const QUEUES: WorkRequest["queues"] = ["letters", "mails"];

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
      .action((flags) =>
        run(async (app) => {
          const { workUntilStopped } = await import("../app/work.js");
          return workUntilStopped(app, flags);
        }),
      ),
};

function queueNames(text: string): WorkRequest["queues"] {
  const names = text.split(",").map((name) => name.trim());
  const known = QUEUES.filter((queue) => names.includes(queue));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`Expected ${QUEUES.join(" or ")}, or both separated by a comma.`);
}
