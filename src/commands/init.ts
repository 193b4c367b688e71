import type { App } from "../app/app.js";
import { setUp } from "../app/setup.js";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import {
  assertAddresses,
  completeAnswers,
  isServerAddress,
  MAIL_CHOICES,
  PASSWORD_VARIABLE,
  RHYTHMS,
} from "../ops/setup/answers.js";
import type { Answers, GivenAnswers, GivenMail, Rhythm } from "../ops/setup/answers.js";
import { assertNewHome } from "../ops/setup/home-files.js";
import type { ReadInterests } from "../ops/setup/questions.js";
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
    `not overwritten. The password is asked for, or read from ${PASSWORD_VARIABLE} in the environment. An SMTP server given by its ` +
    "address is tried first: its port (if the address has none), TLS or STARTTLS, and the login.",
  examples: [
    "paperboy init",
    "paperboy init --mail outbox --to you@example.com --topic agents --topic 'world model*'",
    `${PASSWORD_VARIABLE}=... paperboy init --mail smtp://me@mail.example.org --from papers@example.org --to you@example.com --test-letter`,
    `${PASSWORD_VARIABLE}=... paperboy init --mail gmail --from you@gmail.com --to you@gmail.com --min-upvotes 10 --test-letter`,
  ],
  define: (command, run) =>
    command
      .option(
        "--mail <where>",
        `where letters are sent: ${MAIL_CHOICES.join(", ")}, or an address such as smtp://user@host:587`,
        mailFlag,
      )
      .option("--from <address>", "the sender, such as 'Papers <papers@example.org>'")
      .option("--user <name>", "the login, if the provider assigns a user name")
      .option("--to <address>", "a recipient (repeatable)", collect)
      .option("--topic <phrase>", "keep papers that mention this (repeatable; default: all papers)", collect)
      .option(
        "--interests <file>",
        "papers that you like, which letters lead with: a .bib, .ris, .json (CSL) or .txt file, or an arXiv id (repeatable)",
        collect,
      )
      .option("--min-upvotes <n>", "keep papers with at least this many upvotes", wholeNumber)
      .option("--every <time>", "how often letters are sent: day (default), week, month", oneOf(RHYTHM_NAMES))
      .option("--schedule <name>", `the scheduler: ${SCHEDULER_NAMES.join(", ")}`, oneOf(SCHEDULER_NAMES))
      .option("--from-hour <hour>", "start no run before this hour of the day", hourOfDay)
      .option("--test-letter", "send one test letter after writing the files")
      .action(({ topic, ...flags }) =>
        run((app) => initialize(app, { ...flags, topics: topic }), { allowInvalidConfig: true }),
      ),
};

async function initialize(app: App, flags: GivenAnswers): Promise<Outcome> {
  assertNewHome(app.home);
  const readInterests: ReadInterests = async (named) =>
    (await import("../app/interests.js")).interestsToName(app, named);
  const interests = flags.interests && (await readInterests(flags.interests));
  const given = { ...flags, interests, password: app.environment.env[PASSWORD_VARIABLE] };
  return setUp(app, await (isInteractive(app) ? ask(given, readInterests) : complete(given)));
}

/** Parses `--mail`: one of the names, or the address of a server. */
const mailFlag = Object.assign(
  (text: string): GivenMail => {
    const parsed = text as GivenMail;
    if (isServerAddress(parsed)) return parsed;
    const known = MAIL_CHOICES.find((choice) => choice === text);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(
      `Expected an address such as smtp://user@host:587, or one of: ${MAIL_CHOICES.join(", ")}.`,
    );
  },
  { values: MAIL_CHOICES },
);

/** Completes the answers, and tries the mail server. */
async function complete(given: GivenAnswers): Promise<Answers> {
  const answers = completeAnswers(given);
  assertAddresses(answers);
  if (answers.server === null) return answers;
  const { tryServer } = await import("../ops/setup/mail-server.js");
  return { ...answers, server: { settings: await tryServer(answers.server), hasPort: true } };
}

function isInteractive({ environment: { stdin, stdout }, json }: App): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && !json;
}

async function ask(given: GivenAnswers, readInterests: ReadInterests): Promise<Answers> {
  const answers = await (await import("../ops/setup/questions.js")).askAnswers(given, readInterests);
  assertAddresses(answers);
  return answers;
}
