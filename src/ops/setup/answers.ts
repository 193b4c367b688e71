import { PaperboyError } from "../../core/errors.js";
import { parseAddress, parseMailbox } from "../../send/message/address.js";
import type { Setup } from "../../send/providers/provider.js";
import { PROVIDERS } from "../../send/providers/table.js";
import { isLoopback } from "../../core/url.js";
import { isServerUrl, lacksPassword, parseServer } from "./mail-server.js";
import type { AskedServer } from "./mail-server.js";
import type { SchedulerName } from "./schedule.js";

type PresetName = Extract<(typeof PROVIDERS)[number], { readonly setup: Setup }>["setup"]["preset"];

/** The setup of a provider, with the title that `init` shows. */
export type Preset = Setup & { readonly preset: PresetName; readonly title: string };

/** The providers that `paperboy init` offers, in the order of the table. */
export const PRESETS: readonly Preset[] = PROVIDERS.flatMap((provider) =>
  "setup" in provider ? [{ title: provider.name, ...provider.setup }] : [],
);

/** The choices of a mail server: a folder, a server on this machine, a provider, or any other SMTP server. */
export const MAIL_CHOICES = ["outbox", "local", ...PRESETS.map(({ preset }) => preset), "smtp"] as const;

export type MailChoice = (typeof MAIL_CHOICES)[number];

/** Returns the provider of a choice; null for all others. */
export function presetOf(choice: MailChoice): Preset | null {
  return PRESETS.find(({ preset }) => preset === choice) ?? null;
}

/** The answers to "How often are letters sent?", and the frequencies of subscribers. */
export const RHYTHMS = { day: "daily", week: "weekly", month: "monthly" } as const;

export type Rhythm = keyof typeof RHYTHMS;

/** The answers from which `paperboy init` writes a first configuration. */
export interface Answers {
  readonly mail: MailChoice;
  /** The server, if `mail` is `smtp`. */
  readonly server: AskedServer | null;
  /** The sender; also the login for a provider that expects an address. */
  readonly from: string;
  /** The login, for a provider that assigns a user name. */
  readonly user: string | null;
  readonly password: string | null;
  readonly to: readonly string[];
  readonly topics: readonly string[];
  /** Papers that the reader likes: ids, and files by their path. */
  readonly interests: readonly string[];
  readonly minUpvotes: number;
  readonly every: Rhythm;
  readonly schedule: SchedulerName;
  readonly fromHour: number;
  readonly testLetter: boolean;
}

/** The answers that were given as flags. `mail` can be the address of a server, such as `smtp://mail.example.org`. */
export type GivenAnswers = {
  readonly [Name in Exclude<keyof Answers, "mail" | "server">]?: Answers[Name] | undefined;
} & { readonly mail?: GivenMail | undefined };

export type GivenMail = MailChoice | `${"smtp" | "smtps"}://${string}`;

/** Whether the answer is the address of a mail server. */
export function isServerAddress(mail: GivenMail | undefined): mail is Exclude<GivenMail, MailChoice> {
  return mail !== undefined && isServerUrl(mail);
}

/** The environment variable with the password. A flag would show it to every process of the machine. */
export const PASSWORD_VARIABLE = "PAPERBOY_INIT_PASSWORD";

/** The sender of letters that are only written to files. */
export const OUTBOX_SENDER = "Paperboy <paperboy@localhost>";

/**
 * Completes the given answers with defaults, for `init` without a terminal. The mail server is not tried yet.
 * @throws PaperboyError `usage` that lists every missing flag, or names the error in the server's address.
 */
export function completeAnswers(given: GivenAnswers): Answers {
  const { mail, to } = given;
  const server = isServerAddress(mail) ? readServer(mail, given) : null;
  const from = given.from ?? (mail === "outbox" ? OUTBOX_SENDER : senderOf(server));
  const missing = missingFlags({ ...given, from: from ?? undefined });
  if (missing.length > 0 || mail === undefined || to === undefined) {
    throw new PaperboyError("usage", {
      message: `without a terminal, init needs ${missing.join(", ")}`,
      hint: "Give them as flags, or run `paperboy init` in a terminal.",
    });
  }
  return {
    mail: isServerAddress(mail) ? "smtp" : mail,
    server,
    from: from ?? OUTBOX_SENDER,
    user: given.user ?? null,
    password: given.password ?? null,
    to,
    topics: given.topics ?? [],
    interests: given.interests ?? [],
    minUpvotes: given.minUpvotes ?? 0,
    every: given.every ?? "day",
    schedule: given.schedule ?? "cron",
    fromHour: given.fromHour ?? 0,
    testLetter: given.testLetter ?? false,
  };
}

function readServer(mail: string, { user = null, password = null }: GivenAnswers): AskedServer {
  // A missing password is reported with the other missing answers.
  const parsed = parseServer(mail, { user, password: password ?? "?" });
  if (parsed.ok) return parsed.server;
  throw new PaperboyError("usage", { message: `--mail: ${parsed.why}` });
}

/** Returns the login of a server as the sender, if it is an address; otherwise null. */
export function senderOf(server: AskedServer | null): string | null {
  const user = server?.settings.login?.user ?? "";
  return parseAddress(user).ok ? user : null;
}

function missingFlags({ mail, from, user, password, to }: GivenAnswers): readonly string[] {
  const preset = mail === undefined || isServerAddress(mail) ? null : presetOf(mail);
  const needsPassword = preset !== null || (isServerAddress(mail) && (user !== undefined || lacksPassword(mail)));
  return [
    ...(mail === undefined ? ["--mail"] : []),
    ...(mail === "smtp" ? ["--mail smtp://HOST:PORT"] : []),
    ...(to === undefined ? ["--to"] : []),
    ...(mail !== undefined && mail !== "outbox" && from === undefined ? ["--from"] : []),
    ...(preset?.user === "own" && user === undefined ? ["--user"] : []),
    ...(needsPassword && (password ?? null) === null ? [`${PASSWORD_VARIABLE} in the environment`] : []),
  ];
}

/** Checks the sender and the recipients before any file is written. Throws PaperboyError `usage` for an invalid address. */
export function assertAddresses(answers: Pick<Answers, "mail" | "server" | "every" | "from" | "to">): void {
  const { every, from, to } = answers;
  const isLocal = isLocalOnly(answers);
  const sender = parseMailbox(from, { isLocal });
  const problems = [
    ...(sender.ok ? [] : [`--from ${JSON.stringify(from)} ${sender.why}`]),
    ...to.flatMap((text) => {
      // Readers of weekly and monthly letters become subscribers, whose addresses are never at `localhost`.
      const parsed = parseAddress(text, { isLocal: isLocal && every === "day" });
      return parsed.ok ? [] : [`--to ${JSON.stringify(text)} ${parsed.why}`];
    }),
  ];
  if (problems.length > 0) throw new PaperboyError("usage", { message: problems.join("; ") });
}

/** Whether no mail leaves this machine, so that addresses at `localhost` are allowed. */
export function isLocalOnly({ mail, server }: Pick<Answers, "mail" | "server">): boolean {
  return mail === "smtp" ? isLoopback(server?.settings.host ?? "") : presetOf(mail) === null;
}
