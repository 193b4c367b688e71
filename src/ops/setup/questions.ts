import { cancel, confirm, intro, isCancel, note, outro, password as askPassword, select, text } from "@clack/prompts";
import { PaperboyError } from "../../core/errors.js";
import { parseAddress, parseMailbox } from "../../send/message/address.js";
import { providerOf } from "../../send/providers/find.js";
import { OUTBOX_SENDER } from "./answers.js";
import type { Answers, GivenAnswers, Rhythm } from "./answers.js";
import { presetOf, PRESETS } from "./presets.js";
import type { MailChoice, Preset } from "./presets.js";
import { SCHEDULERS } from "./schedule.js";
import type { SchedulerName } from "./schedule.js";

const CHOICES: readonly { readonly value: MailChoice; readonly label: string; readonly hint?: string }[] = [
  { value: "outbox", label: "files in outbox/", hint: "no mail is sent; good for a first try" },
  ...PRESETS.map(({ preset, title }) => ({ value: preset, label: title })),
  { value: "local", label: "the mail server on this machine (Postfix)" },
];

const EVERY: readonly { readonly value: Rhythm; readonly label: string }[] = [
  { value: "day", label: "every day that has papers" },
  { value: "week", label: "every Monday, for the week before" },
  { value: "month", label: "on the first of each month, for the month before" },
];

const SCHEDULES = (Object.keys(SCHEDULERS) as SchedulerName[]).map((value) => ({
  value,
  label: value,
  hint: SCHEDULERS[value].means,
}));

/** Asks for the answers that were not given. Throws PaperboyError `usage` when the person cancels. */
export async function askAnswers(given: GivenAnswers): Promise<Answers> {
  intro("Paperboy: Daily Papers by mail");
  const mail = await askMail(given);
  const content = await askContent(given);
  const schedule = await askSchedule(given);
  const testLetter =
    given.testLetter ?? (await answer(confirm({ message: "Send a test letter now?", initialValue: false })));
  outro("Writing the configuration.");
  return { ...mail, ...content, ...schedule, testLetter };
}

async function askMail(given: GivenAnswers): Promise<Pick<Answers, "mail" | "from" | "user" | "password" | "to">> {
  const where = { message: "Where should letters be sent?", options: [...CHOICES] };
  const mail = given.mail ?? (await answer(select(where)));
  const preset = presetOf(mail);
  if (preset !== null) showProvider(preset);
  const recipient = { message: "Who receives the letters?", placeholder: "you@example.com", validate: addressIn(mail) };
  const to = given.to ?? [await answer(text(recipient))];
  const from = given.from ?? (await askFrom(mail, to[0] ?? ""));
  const user = given.user ?? (await askUser(preset));
  const password = given.password ?? (await askForPassword(preset));
  return { mail, from, user, password, to };
}

async function askForPassword(preset: Preset | null): Promise<string | null> {
  return preset === null ? null : answer(askPassword({ message: `Password: ${preset.password}.` }));
}

function showProvider({ title, host, port }: Preset): void {
  note(providerOf(host).note, `${title}: ${host}, port ${port}`);
}

async function askFrom(mail: MailChoice, to: string): Promise<string> {
  if (mail === "outbox") return OUTBOX_SENDER;
  return answer(
    text({
      message: "Who is the sender? Most providers require the account's own address.",
      initialValue: to,
      validate: mailboxIn(mail),
    }),
  );
}

async function askUser(preset: Preset | null): Promise<string | null> {
  return preset?.user === "own" ? answer(text({ message: `What is the user name at ${preset.title}?` })) : null;
}

async function askContent(given: GivenAnswers): Promise<Pick<Answers, "topics" | "minUpvotes" | "every">> {
  const wanted = { message: "Which topics, separated by commas? (empty: all papers)", defaultValue: "" };
  const topics = given.topics ?? split(await answer(text(wanted)));
  const votes = {
    message: "How many upvotes must a paper have?",
    defaultValue: "0",
    placeholder: "0",
    validate: isNumber,
  };
  const minUpvotes = given.minUpvotes ?? Number(await answer(text(votes)));
  const every = given.every ?? (await answer(select({ message: "How often are letters sent?", options: [...EVERY] })));
  return { topics, minUpvotes, every };
}

async function askSchedule(given: GivenAnswers): Promise<Pick<Answers, "schedule" | "fromHour">> {
  const schedule =
    given.schedule ??
    (await answer(select({ message: "Which scheduler starts Paperboy every hour?", options: SCHEDULES })));
  const hour = {
    message: "What is the earliest hour to send? (0: as soon as a day is complete)",
    defaultValue: "0",
    placeholder: "0",
    validate: isHour,
  };
  return { schedule, fromHour: given.fromHour ?? Number(await answer(text(hour))) };
}

async function answer<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const given = await question;
  if (!isCancel(given)) return given as Exclude<T, symbol>;
  cancel("Canceled. No file was written.");
  throw new PaperboyError("usage", { message: "init was canceled, and no file was written" });
}

function split(topics: string): string[] {
  return topics
    .split(",")
    .map((topic) => topic.trim())
    .filter((topic) => topic !== "");
}

function addressIn(mail: MailChoice) {
  return (given: string | undefined): string | undefined => {
    const parsed = parseAddress(given ?? "", { isLocal: presetOf(mail) === null });
    return parsed.ok ? undefined : `That address ${parsed.why}.`;
  };
}

function mailboxIn(mail: MailChoice) {
  return (given: string | undefined): string | undefined => {
    const parsed = parseMailbox(given ?? "", { isLocal: presetOf(mail) === null });
    return parsed.ok ? undefined : `That sender ${parsed.why}.`;
  };
}

function isNumber(given: string | undefined): string | undefined {
  return /^\d{0,6}$/.test(given ?? "") ? undefined : "Enter a whole number.";
}

function isHour(given: string | undefined): string | undefined {
  return /^(?:[01]?\d|2[0-3])?$/.test(given ?? "") ? undefined : "Enter an hour from 0 to 23.";
}
