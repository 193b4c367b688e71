import { splitTopics } from "../../core/model.js";
import { confirm, intro, log, note, outro, password as askPassword, select, text } from "@clack/prompts";
import { PaperboyError } from "../../core/errors.js";
import { splitPapers } from "../../core/interests.js";
import { parseAddress, parseMailbox } from "../../send/message/address.js";
import { providerOf } from "../../send/providers/table.js";
import { isLocalOnly, isServerAddress, OUTBOX_SENDER, presetOf, PRESETS, senderOf } from "./answers.js";
import type { Answers, GivenAnswers, MailChoice, Preset, Rhythm } from "./answers.js";
import { answer, askServer } from "./ask-server.js";
import { SCHEDULERS } from "./schedule.js";
import type { SchedulerName } from "./schedule.js";

const CHOICES: readonly { readonly value: MailChoice; readonly label: string; readonly hint?: string }[] = [
  { value: "outbox", label: "files in outbox/", hint: "no mail is sent; good for a first try" },
  ...PRESETS.map(({ preset, title }) => ({ value: preset, label: title })),
  { value: "smtp", label: "another SMTP server", hint: "host, port and login, or an smtp:// address" },
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

/** Returns ids and files as entries of the configuration. Throws PaperboyError for a file that cannot be used. */
export type ReadInterests = (named: readonly string[]) => Promise<readonly string[]>;

/** Asks for the answers that were not given. Throws PaperboyError `usage` if the user cancels. */
export async function askAnswers(given: GivenAnswers, readInterests: ReadInterests): Promise<Answers> {
  intro("Paperboy: Daily Papers by mail");
  const mail = await askMail(given);
  const content = await askContent(given, readInterests);
  const schedule = await askSchedule(given);
  const testLetter =
    given.testLetter ??
    // With a mail server, only a test letter shows that letters arrive.
    (await answer(confirm({ message: "Send a test letter now?", initialValue: mail.mail !== "outbox" })));
  outro("Writing the configuration.");
  return { ...mail, ...content, ...schedule, testLetter };
}

type Mail = Pick<Answers, "mail" | "server" | "from" | "user" | "password" | "to">;

async function askMail(given: GivenAnswers): Promise<Mail> {
  const where = { message: "Where should letters be sent?", options: [...CHOICES] };
  const choice = given.mail ?? (await answer(select(where)));
  const mail = isServerAddress(choice) ? "smtp" : choice;
  const preset = presetOf(mail);
  if (preset !== null) showProvider(preset);
  const server = mail === "smtp" ? await askServer(choice === "smtp" ? null : choice, given) : null;
  const isLocal = isLocalOnly({ mail, server });
  const recipient = {
    message: "Who receives the letters?",
    placeholder: "you@example.com",
    validate: addressIn(isLocal),
  };
  const to = given.to ?? [await answer(text(recipient))];
  const initialValue = senderOf(server) ?? to[0] ?? "";
  const from = given.from ?? (mail === "outbox" ? OUTBOX_SENDER : await askFrom({ isLocal, initialValue }));
  const user = given.user ?? (await askUser(preset));
  const password = given.password ?? (await askForPassword(preset));
  return { mail, server, from, user, password, to };
}

async function askForPassword(preset: Preset | null): Promise<string | null> {
  return preset === null ? null : answer(askPassword({ message: `Password: ${preset.password}.` }));
}

function showProvider({ title, host, port }: Preset): void {
  note(providerOf(host).note, `${title}: ${host}, port ${port}`);
}

async function askFrom({ isLocal, initialValue }: { isLocal: boolean; initialValue: string }): Promise<string> {
  const message = "Who is the sender? Most providers require the account's own address.";
  return answer(text({ message, initialValue, validate: mailboxIn(isLocal) }));
}

async function askUser(preset: Preset | null): Promise<string | null> {
  return preset?.user === "own" ? answer(text({ message: `What is the user name at ${preset.title}?` })) : null;
}

async function askContent(
  given: GivenAnswers,
  readInterests: ReadInterests,
): Promise<Pick<Answers, "topics" | "interests" | "minUpvotes" | "every">> {
  const wanted = { message: "Which topics, separated by commas? (empty: all papers)", defaultValue: "" };
  const topics = given.topics ?? [...splitTopics(await answer(text(wanted)))];
  const interests = given.interests ?? (await askInterests(readInterests));
  const votes = {
    message: "How many upvotes must a paper have?",
    defaultValue: "0",
    placeholder: "0",
    validate: isNumber,
  };
  const minUpvotes = given.minUpvotes ?? Number(await answer(text(votes)));
  const every = given.every ?? (await answer(select({ message: "How often are letters sent?", options: [...EVERY] })));
  return { topics, interests, minUpvotes, every };
}

/** Asks for papers that the reader likes, until they can be used. */
async function askInterests(readInterests: ReadInterests): Promise<readonly string[]> {
  const message = "Which papers do you like? (arXiv ids or addresses, or a .bib, .ris or .json file; empty: none)";
  for (;;) {
    const named = await answer(text({ message, defaultValue: "", placeholder: "2603.14473, 2603.14474" }));
    if (named.trim() === "") return [];
    try {
      return await readInterests(splitPapers(named));
    } catch (error) {
      if (!(error instanceof PaperboyError)) throw error;
      log.error(error.message);
    }
  }
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

function addressIn(isLocal: boolean) {
  return (given: string | undefined): string | undefined => {
    const parsed = parseAddress(given ?? "", { isLocal });
    return parsed.ok ? undefined : `That address ${parsed.why}.`;
  };
}

function mailboxIn(isLocal: boolean) {
  return (given: string | undefined): string | undefined => {
    const parsed = parseMailbox(given ?? "", { isLocal });
    return parsed.ok ? undefined : `That sender ${parsed.why}.`;
  };
}

function isNumber(given: string | undefined): string | undefined {
  return /^\d{0,6}$/.test(given ?? "") ? undefined : "Enter a whole number.";
}

function isHour(given: string | undefined): string | undefined {
  return /^(?:[01]?\d|2[0-3])?$/.test(given ?? "") ? undefined : "Enter an hour from 0 to 23.";
}
