import type { App } from "../app/app.js";
import { setUp } from "../app/setup.js";
import { assertAddresses, completeAnswers, PASSWORD_VARIABLE, RHYTHMS } from "../ops/setup/answers.js";
import type { Answers, GivenAnswers, Rhythm } from "../ops/setup/answers.js";
import { assertNewHome } from "../ops/setup/home-files.js";
import { MAIL_CHOICES } from "../ops/setup/presets.js";
import { SCHEDULERS } from "../ops/setup/schedule.js";
import type { SchedulerName } from "../ops/setup/schedule.js";
import type { CommandModule, Outcome } from "./command.js";
import { collect, hourOfDay, oneOf, wholeNumber } from "./options.js";

const RHYTHM_NAMES = Object.keys(RHYTHMS) as Rhythm[];
const SCHEDULER_NAMES = Object.keys(SCHEDULERS) as SchedulerName[];

/** `paperboy init`: writes a first configuration from answers or flags. */
export const init: CommandModule = {
  description:
    "Write a first paperboy.yaml and .env to home. In a terminal it asks for everything that no flag gives. Existing files are " +
    `not overwritten. The password is asked for, or read from ${PASSWORD_VARIABLE} in the environment.`,
  examples: [
    "paperboy init",
    "paperboy init --mail outbox --to you@example.com --topic agents --topic 'world model*'",
    `${PASSWORD_VARIABLE}=... paperboy init --mail gmail --from you@gmail.com --to you@gmail.com --min-upvotes 10 --test-letter`,
  ],
  define: (command, run) =>
    command
      .option("--mail <where>", `where letters are sent: ${MAIL_CHOICES.join(", ")}`, oneOf(MAIL_CHOICES))
      .option("--from <address>", "the sender, such as 'Papers <papers@example.org>'")
      .option("--user <name>", "the login, if the provider assigns a user name")
      .option("--to <address>", "a recipient (repeatable)", collect)
      .option("--topic <phrase>", "keep papers that mention this (repeatable; default: all papers)", collect)
      .option("--min-upvotes <n>", "keep papers with at least this many upvotes", wholeNumber)
      .option("--every <time>", "how often letters are sent: day (default), week, month", oneOf(RHYTHM_NAMES))
      .option("--schedule <name>", `the scheduler: ${SCHEDULER_NAMES.join(", ")}`, oneOf(SCHEDULER_NAMES))
      .option("--from-hour <hour>", "not before this hour of the day", hourOfDay)
      .option("--test-letter", "send one test letter after writing the files")
      .action(({ topic, ...flags }) =>
        run((app) => initialize(app, { ...flags, topics: topic }), { allowInvalidConfig: true }),
      ),
};

async function initialize(app: App, flags: GivenAnswers): Promise<Outcome> {
  assertNewHome(app.home);
  const given = { ...flags, password: app.environment.env[PASSWORD_VARIABLE] };
  const answers = isInteractive(app) ? await ask(given) : completeAnswers(given);
  assertAddresses(answers);
  return setUp(app, answers);
}

function isInteractive({ environment: { stdin, stdout }, json }: App): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && !json;
}

async function ask(given: GivenAnswers): Promise<Answers> {
  return (await import("../ops/setup/questions.js")).askAnswers(given);
}
