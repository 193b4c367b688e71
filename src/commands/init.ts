import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { parseAddress, parseMailbox } from "../send/message/address.js";
import { environmentFile, RHYTHMS, settingsFile } from "../ops/setup/home-files.js";
import type { Answers, Rhythm } from "../ops/setup/home-files.js";
import { MAIL_CHOICES, presetOf } from "../ops/setup/presets.js";
import type { MailChoice } from "../ops/setup/presets.js";
import { SCHEDULERS } from "../ops/setup/schedule.js";
import type { SchedulerName } from "../ops/setup/schedule.js";
import { assertNewHome, writeHome } from "../ops/setup/write.js";
import type { CommandModule, Outcome } from "./command.js";
import { collect, hourOfDay, oneOf, wholeNumber } from "./options.js";

export interface InitFlags {
  readonly mail?: MailChoice | undefined;
  readonly from?: string | undefined;
  readonly user?: string | undefined;
  readonly to?: string[] | undefined;
  readonly topic?: string[] | undefined;
  readonly minUpvotes?: number | undefined;
  readonly every?: Rhythm | undefined;
  readonly schedule?: SchedulerName | undefined;
  readonly fromHour?: number | undefined;
  readonly testLetter?: true | undefined;
}

/** What the files hold, and what is done when they are written. */
export interface Beginning extends Answers {
  readonly schedule: SchedulerName;
  readonly fromHour: number;
  readonly testLetter: boolean;
}

/** The password never stands on a command line, where every process of the machine could read it. */
const PASSWORD = "PAPERBOY_INIT_PASSWORD";
const SCHEDULER_NAMES = Object.keys(SCHEDULERS) as SchedulerName[];

/** `paperboy init`: a first configuration, by questions or by flags. */
export const init: CommandModule = {
  description:
    "Write a first paperboy.yaml and .env into home. On a terminal it asks for what the flags do not say. Nothing that " +
    `exists is overwritten. The password is asked for, or taken from the environment (${PASSWORD}).`,
  examples: [
    "paperboy init",
    "paperboy init --mail outbox --to you@example.com --topic agents --topic 'world model*'",
    `${PASSWORD}=... paperboy init --mail gmail --from you@gmail.com --to you@gmail.com --min-upvotes 10 --test-letter`,
  ],
  define: (command, run) =>
    command
      .option("--mail <where>", `where mail goes: ${MAIL_CHOICES.join(", ")}`, oneOf(MAIL_CHOICES))
      .option("--from <address>", "the sender, such as 'Papers <papers@example.org>'")
      .option("--user <name>", "the login, where the provider gives one of its own")
      .option("--to <address>", "who gets the letter (may be given again)", collect)
      .option("--topic <phrase>", "keep papers that speak of this (may be given again; none: all papers)", collect)
      .option("--min-upvotes <n>", "keep papers with so many votes", wholeNumber)
      .option("--every <time>", "how often a letter comes: day (default), week, month", oneOf(keysOf(RHYTHMS)))
      .option("--schedule <name>", `what will start it: ${SCHEDULER_NAMES.join(", ")}`, oneOf(SCHEDULER_NAMES))
      .option("--from-hour <hour>", "not before this hour of the day", hourOfDay)
      .option("--test-letter", "send one test letter when all is written")
      .action((flags) => run((app) => begin(app, flags))),
};

async function begin(app: App, flags: InitFlags): Promise<Outcome> {
  assertNewHome(app.home);
  const password = app.environment.env[PASSWORD] ?? null;
  const beginning = checked((await asked(app, flags, password)) ?? unasked(flags, password));
  const environment = environmentFile(beginning);
  const files = [
    { name: "paperboy.yaml", text: settingsFile(beginning), isSecret: false },
    ...(environment === null ? [] : [{ name: ".env", text: environment, isSecret: true }]),
  ];
  writeHome(app.home, files);
  const { finish } = await import("../ops/setup/finish.js");
  return finish(app, beginning, files);
}

/** The answers of a person at a terminal; null where nobody can be asked. */
async function asked(app: App, flags: InitFlags, password: string | null): Promise<Beginning | null> {
  const { stdin, stdout } = app.environment;
  const canAsk = stdin.isTTY === true && stdout.isTTY === true && !app.json;
  if (!canAsk) return null;
  const { askBeginning } = await import("../ops/setup/questions.js");
  return askBeginning(flags, password);
}

/** @throws PaperboyError `usage`, naming every flag that is missing. */
function unasked(flags: InitFlags, password: string | null): Beginning {
  const { mail, from, user, to } = flags;
  const preset = mail === undefined ? null : presetOf(mail);
  const missing = [
    ...(mail === undefined ? ["--mail"] : []),
    ...(to === undefined ? ["--to"] : []),
    ...(mail !== undefined && mail !== "outbox" && from === undefined ? ["--from"] : []),
    ...(preset?.user === "own" && user === undefined ? ["--user"] : []),
    ...(preset !== null && password === null ? [`${PASSWORD} in the environment`] : []),
  ];
  if (missing.length > 0 || mail === undefined || to === undefined) {
    throw new PaperboyError("usage", {
      message: `nobody can be asked here, and these are missing: ${missing.join(", ")}`,
      hint: "Give them as flags, or run `paperboy init` on a terminal.",
    });
  }
  return {
    mail,
    from: from ?? NOBODY,
    user: user ?? null,
    password,
    to,
    topics: flags.topic ?? [],
    minUpvotes: flags.minUpvotes ?? 0,
    every: flags.every ?? "day",
    schedule: flags.schedule ?? "cron",
    fromHour: flags.fromHour ?? 0,
    testLetter: flags.testLetter ?? false,
  };
}

/** The sender where letters go to a folder alone. */
export const NOBODY = "Paperboy <paperboy@localhost>";

/** @throws PaperboyError `usage` for what is no address: it is refused here, before a file says it. */
function checked(beginning: Beginning): Beginning {
  const sender = parseMailbox(beginning.from);
  const problems = [
    ...(sender.ok ? [] : [`--from ${JSON.stringify(beginning.from)} ${sender.why}`]),
    ...beginning.to.flatMap((text) => {
      const parsed = parseAddress(text);
      return parsed.ok ? [] : [`--to ${JSON.stringify(text)} ${parsed.why}`];
    }),
  ];
  if (problems.length > 0) throw new PaperboyError("usage", { message: problems.join("; ") });
  return beginning;
}

function keysOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}
