import { realpathSync } from "node:fs";
import path from "node:path";
import { SCHEDULERS } from "../ops/setup/schedule.js";
import type { SchedulerName } from "../ops/setup/schedule.js";
import { packageVersion } from "../app/version.js";
import type { CommandModule } from "./command.js";
import { hourOfDay, oneOf } from "./options.js";

const NAMES = Object.keys(SCHEDULERS) as SchedulerName[];
const MEANS = NAMES.map((name) => `${name} (${SCHEDULERS[name].means})`).join(", ");

/** `paperboy schedule print WHAT`: ready text for a scheduler; nothing is installed. */
export const schedule: CommandModule = {
  description:
    "Print what makes a scheduler run Paperboy for this home, every hour, with absolute paths. An hourly run sends " +
    "what is due once, and tries again what a mail server put off. Nothing is installed: read it, then put it in place.",
  examples: [
    "paperboy schedule print cron",
    "(crontab -l; paperboy schedule print cron) | crontab -",
    "paperboy --home /srv/paperboy schedule print systemd",
  ],
  define: (command, run) => {
    command
      .command("print")
      .summary(`for ${NAMES.join(", ")}`)
      .argument("<scheduler>", MEANS, oneOf(NAMES))
      .option("--from-hour <hour>", "not before this hour of the day (GitHub, Kubernetes: in UTC)", hourOfDay)
      .action((name, { fromHour = 0 }) =>
        run(async (app) => {
          const program = realpathSync(process.argv[1] ?? "paperboy");
          if (isPassing(program)) app.terminal.warn(PASSING);
          const job = { node: process.execPath, program, home: app.home, version: packageVersion(), fromHour };
          const text = SCHEDULERS[name].text(job);
          return { message: `a schedule for ${name}`, data: text, result: { scheduler: name, text } };
        }),
      );
  },
};

const PASSING =
  "npx keeps this program in a cache that may be emptied: `npm install --global paperboy-digest`, and print again";

/** Whether the program lies where `npx` puts what it fetches for one call. */
function isPassing(program: string): boolean {
  return program.split(path.sep).includes("_npx");
}
