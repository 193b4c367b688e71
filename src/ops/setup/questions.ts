import { cancel, confirm, intro, isCancel, note, outro, password as askPassword, select, text } from "@clack/prompts";
import { PaperboyError } from "../../core/errors.js";
import { parseAddress, parseMailbox } from "../../send/message/address.js";
import { providerOf } from "../../send/providers/find.js";
import type { Answers, Rhythm } from "./home-files.js";
import { presetOf, PRESETS } from "./presets.js";
import type { MailChoice, Preset } from "./presets.js";
import { SCHEDULERS } from "./schedule.js";
import type { SchedulerName } from "./schedule.js";
import { NOBODY } from "../../commands/init.js";
import type { Beginning, InitFlags } from "../../commands/init.js";

const CHOICES: readonly { readonly value: MailChoice; readonly label: string; readonly hint?: string }[] = [
  { value: "outbox", label: "a folder: outbox/", hint: "nothing is mailed; good for a first look" },
  ...PRESETS.map(({ preset, title }) => ({ value: preset, label: title })),
  { value: "local", label: "the mail server of this machine (Postfix)" },
];

const EVERY: readonly { readonly value: Rhythm; readonly label: string }[] = [
  { value: "day", label: "every day that has papers" },
  { value: "week", label: "every Monday, the week before" },
  { value: "month", label: "on the first of a month, the month before" },
];

const STARTERS = (Object.keys(SCHEDULERS) as SchedulerName[]).map((value) => ({
  value,
  label: value,
  hint: SCHEDULERS[value].means,
}));

/** Asks for what the flags do not say. Throws PaperboyError `usage` when the person gives up. */
export async function askBeginning(flags: InitFlags, password: string | null): Promise<Beginning> {
  intro("Paperboy: the daily papers, by mail");
  const who = await askMail(flags, password);
  const what = await askView(flags);
  const when = await askWhen(flags);
  const testLetter =
    flags.testLetter ?? (await answer(confirm({ message: "Send a test letter now?", initialValue: false })));
  outro("That is all.");
  return { ...who, ...what, ...when, testLetter };
}

async function askMail(
  flags: InitFlags,
  given: string | null,
): Promise<Pick<Answers, "mail" | "from" | "user" | "password" | "to">> {
  const mail = flags.mail ?? (await answer(select({ message: "Where shall the letters go?", options: [...CHOICES] })));
  const preset = presetOf(mail);
  if (preset !== null) tellProvider(preset);
  const to = flags.to ?? [
    await answer(text({ message: "Who gets the letter?", placeholder: "you@example.com", validate: isAddress })),
  ];
  const from = flags.from ?? (await askFrom(mail, to[0] ?? ""));
  const user = flags.user ?? (await askUser(preset));
  const password =
    given ?? (preset === null ? null : await answer(askPassword({ message: `The password: ${preset.password}.` })));
  return { mail, from, user, password, to };
}

function tellProvider({ title, host, port }: Preset): void {
  note(providerOf(host).note, `${title}: ${host}, port ${port}`);
}

async function askFrom(mail: MailChoice, to: string): Promise<string> {
  if (mail === "outbox") return NOBODY;
  return answer(
    text({
      message: "Who is the sender? With most providers, the account's own address.",
      initialValue: to,
      validate: isMailbox,
    }),
  );
}

async function askUser(preset: Preset | null): Promise<string | null> {
  return preset?.user === "own" ? answer(text({ message: `The user name at ${preset.title}?` })) : null;
}

async function askView(flags: InitFlags): Promise<Pick<Answers, "topics" | "minUpvotes" | "every">> {
  const topics =
    flags.topic ??
    split(
      await answer(text({ message: "Which topics, with commas between them? (empty: all papers)", defaultValue: "" })),
    );
  const votes = { message: "At least how many votes?", defaultValue: "0", placeholder: "0", validate: isNumber };
  const minUpvotes = flags.minUpvotes ?? Number(await answer(text(votes)));
  const every = flags.every ?? (await answer(select({ message: "How often?", options: [...EVERY] })));
  return { topics, minUpvotes, every };
}

async function askWhen(flags: InitFlags): Promise<Pick<Beginning, "schedule" | "fromHour">> {
  const schedule =
    flags.schedule ?? (await answer(select({ message: "What will start it, every hour?", options: STARTERS })));
  const hour = {
    message: "Not before which hour of the day? (0: as soon as a day is complete)",
    defaultValue: "0",
    placeholder: "0",
    validate: isHour,
  };
  return { schedule, fromHour: flags.fromHour ?? Number(await answer(text(hour))) };
}

async function answer<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const given = await question;
  if (!isCancel(given)) return given as Exclude<T, symbol>;
  cancel("Nothing was written.");
  throw new PaperboyError("usage", { message: "given up: nothing was written" });
}

function split(topics: string): string[] {
  return topics
    .split(",")
    .map((topic) => topic.trim())
    .filter((topic) => topic !== "");
}

function isAddress(given: string | undefined): string | undefined {
  const parsed = parseAddress(given ?? "");
  return parsed.ok ? undefined : `That address ${parsed.why}.`;
}

function isMailbox(given: string | undefined): string | undefined {
  const parsed = parseMailbox(given ?? "");
  return parsed.ok ? undefined : `That sender ${parsed.why}.`;
}

function isNumber(given: string | undefined): string | undefined {
  return /^\d{0,6}$/.test(given ?? "") ? undefined : "A whole number, please.";
}

function isHour(given: string | undefined): string | undefined {
  return /^(?:[01]?\d|2[0-3])?$/.test(given ?? "") ? undefined : "An hour from 0 to 23, please.";
}
