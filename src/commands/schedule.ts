import path from "node:path";
import { jobOf, SCHEDULERS } from "../ops/setup/schedule.js";
import type { SchedulerName } from "../ops/setup/schedule.js";
import type { CommandModule } from "./command.js";
import { hourOfDay, oneOf } from "./options.js";

const NAMES = Object.keys(SCHEDULERS) as SchedulerName[];
const MEANS = NAMES.map((name) => `${name} (${SCHEDULERS[name].means})`).join(", ");

/** `paperboy schedule print SCHEDULER`: prints the configuration for a scheduler. */
export const schedule: CommandModule = {
  description:
    "Print a configuration with which a scheduler runs Paperboy for this home every hour. Hourly runs send each edition once " +
    "and retry deferred letters. Installs nothing: check the text, then install it.",
  examples: [
    "paperboy schedule print cron",
    "(crontab -l; paperboy schedule print cron) | crontab -",
    "paperboy --home /srv/paperboy schedule print systemd",
  ],
  define: (command, run) => {
    command
      .command("print")
      .summary(`print the configuration for a scheduler: ${NAMES.join(", ")}`)
      .argument("<scheduler>", MEANS, oneOf(NAMES))
      .option("--from-hour <hour>", "start no run before this hour of the day (GitHub, Kubernetes: in UTC)", hourOfDay)
      .action((name, { fromHour = 0 }) =>
        run(async (app) => {
          const job = jobOf({ home: app.home, fromHour });
          if (isTemporary(job.program)) app.terminal.warn(TEMPORARY);
          const text = SCHEDULERS[name].text(job);
          return { message: `a schedule for ${name}`, data: text, result: { scheduler: name, text } };
        }),
      );
  },
};

const TEMPORARY =
  "npx runs this program from a temporary cache: install it from a clone with `npm install --global .`, and print the schedule again";

/** Whether the program is in the temporary cache of `npx`. */
function isTemporary(program: string): boolean {
  return program.split(path.sep).includes("_npx");
}
