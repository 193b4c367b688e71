import { cancel, intro, isCancel, outro, password as askPassword, select, text } from "@clack/prompts";
import { PaperboyError } from "../errors.js";
import { parseAddress, parseMailbox } from "../send/address.js";
import type { Answers } from "../setup/home-files.js";
import { presetOf, PRESETS } from "../setup/presets.js";
import type { MailChoice, PresetName } from "../setup/presets.js";
import type { InitFlags } from "./init.js";

const CHOICES: readonly { readonly value: MailChoice; readonly label: string; readonly hint?: string }[] = [
  { value: "outbox", label: "a folder: outbox/", hint: "nothing is mailed; good for a first look" },
  ...(Object.keys(PRESETS) as PresetName[]).map((value) => ({ value, label: PRESETS[value].title })),
  { value: "local", label: "the mail server of this machine (Postfix)" },
];

/** Asks for what the flags do not say. Throws PaperboyError `usage` when the person gives up. */
export async function askAnswers(flags: InitFlags, password: string | null): Promise<Answers> {
  intro("Paperboy: the daily papers, by mail");
  const mail = flags.mail ?? (await answer(select({ message: "Where shall the letters go?", options: [...CHOICES] })));
  const preset = presetOf(mail);
  const to = flags.to ?? [
    await answer(text({ message: "Who gets the letter?", placeholder: "you@example.com", validate: isAddress })),
  ];
  const from = flags.from ?? (await askFrom(mail, to[0] ?? ""));
  const user =
    flags.user ??
    (preset?.user === "own" ? await answer(text({ message: `The user name at ${preset.title}?` })) : null);
  const secret =
    password ?? (preset === null ? null : await answer(askPassword({ message: `The password: ${preset.password}.` })));
  const topics =
    flags.topic ??
    split(
      await answer(text({ message: "Which topics, with commas between them? (empty: all papers)", defaultValue: "" })),
    );
  const minUpvotes =
    flags.minUpvotes ??
    Number(
      await answer(
        text({ message: "At least how many votes?", defaultValue: "0", placeholder: "0", validate: isNumber }),
      ),
    );
  outro("That is all.");
  return { mail, from, user, password: secret, to, topics, minUpvotes };
}

async function askFrom(mail: MailChoice, to: string): Promise<string> {
  if (mail === "outbox") return "Paperboy <paperboy@localhost>";
  return answer(
    text({
      message: "Who is the sender? With most providers, the account's own address.",
      initialValue: to,
      validate: isMailbox,
    }),
  );
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
