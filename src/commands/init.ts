import type { App } from "../app.js";
import { PaperboyError } from "../errors.js";
import { parseAddress, parseMailbox } from "../send/address.js";
import { environmentFile, settingsFile } from "../setup/home-files.js";
import type { Answers } from "../setup/home-files.js";
import { MAIL_CHOICES, presetOf } from "../setup/presets.js";
import type { MailChoice } from "../setup/presets.js";
import { writeHome } from "../setup/write.js";
import type { CommandModule, Outcome } from "./command.js";
import { collect, oneOf, wholeNumber } from "./options.js";

export interface InitFlags {
  readonly mail?: MailChoice | undefined;
  readonly from?: string | undefined;
  readonly user?: string | undefined;
  readonly to?: string[] | undefined;
  readonly topic?: string[] | undefined;
  readonly minUpvotes?: number | undefined;
}

/** The password never stands on a command line, where every process of the machine could read it. */
const PASSWORD = "PAPERBOY_INIT_PASSWORD";

/** `paperboy init`: a first configuration, by questions or by flags. */
export const init: CommandModule = {
  description:
    "Write a first paperboy.yaml and .env into home. On a terminal it asks for what the flags do not say. Nothing that " +
    `exists is overwritten. The password is asked for, or taken from the environment (${PASSWORD}).`,
  examples: [
    "paperboy init",
    "paperboy init --mail outbox --to you@example.com --topic agents --topic 'world model*'",
    `${PASSWORD}=... paperboy init --mail gmail --from you@gmail.com --to you@gmail.com --min-upvotes 10`,
  ],
  define: (command, run) =>
    command
      .option("--mail <where>", `where mail goes: ${MAIL_CHOICES.join(", ")}`, oneOf(MAIL_CHOICES))
      .option("--from <address>", "the sender, such as 'Papers <papers@example.org>'")
      .option("--user <name>", "the login, where the provider gives one of its own")
      .option("--to <address>", "who gets the letter (may be given again)", collect)
      .option("--topic <phrase>", "keep papers that speak of this (may be given again; none: all papers)", collect)
      .option("--min-upvotes <n>", "keep papers with so many votes", wholeNumber)
      .action((flags) => run((app) => begin(app, flags))),
};

async function begin(app: App, flags: InitFlags): Promise<Outcome> {
  const password = app.world.environment[PASSWORD] ?? null;
  const answers = checked((await asked(app, flags, password)) ?? unasked(flags, password));
  const environment = environmentFile(answers);
  const files = [
    { name: "paperboy.yaml", text: settingsFile(answers), isSecret: false },
    ...(environment === null ? [] : [{ name: ".env", text: environment, isSecret: true }]),
  ];
  writeHome(app.home, files, ["paperboy.yml", "paperboy.json"]);
  const names = files.map(({ name }) => name);
  return {
    message: `wrote ${names.join(" and ")} into ${app.home}`,
    hint: "Next: `paperboy run yesterday --dry-run`, then `paperboy schedule print cron`.",
    result: { home: app.home, files: names },
  };
}

/** The answers of a person at a terminal; null where nobody can be asked. */
async function asked(app: App, flags: InitFlags, password: string | null): Promise<Answers | null> {
  const canAsk = app.world.stdout.isTTY === true && process.stdin.isTTY && !app.json;
  if (!canAsk) return null;
  const { askAnswers } = await import("./init-questions.js");
  return askAnswers(flags, password);
}

/** @throws PaperboyError `usage`, naming every flag that is missing. */
function unasked({ mail, from, user, to, topic, minUpvotes }: InitFlags, password: string | null): Answers {
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
  const sender = from ?? "Paperboy <paperboy@localhost>";
  return { mail, from: sender, user: user ?? null, password, to, topics: topic ?? [], minUpvotes: minUpvotes ?? 0 };
}

/** @throws PaperboyError `usage` for what is no address: it is refused here, before a file says it. */
function checked(answers: Answers): Answers {
  const sender = parseMailbox(answers.from);
  const problems = [
    ...(sender.ok ? [] : [`--from ${JSON.stringify(answers.from)} ${sender.why}`]),
    ...answers.to.flatMap((text) => {
      const parsed = parseAddress(text);
      return parsed.ok ? [] : [`--to ${JSON.stringify(text)} ${parsed.why}`];
    }),
  ];
  if (problems.length > 0) throw new PaperboyError("usage", { message: problems.join("; ") });
  return answers;
}
