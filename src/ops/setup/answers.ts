import { PaperboyError } from "../../core/errors.js";
import { parseAddress, parseMailbox } from "../../send/message/address.js";
import type { MailChoice } from "./presets.js";
import { presetOf } from "./presets.js";
import type { SchedulerName } from "./schedule.js";

/** How often letters are sent: the answer, and the frequency of subscribers. */
export const RHYTHMS = { day: "daily", week: "weekly", month: "monthly" } as const;

export type Rhythm = keyof typeof RHYTHMS;

/** The answers from which `paperboy init` writes a first configuration. */
export interface Answers {
  readonly mail: MailChoice;
  /** The sender; also the login for a provider that expects an address. */
  readonly from: string;
  /** The login, for a provider that assigns a user name. */
  readonly user: string | null;
  readonly password: string | null;
  readonly to: readonly string[];
  readonly topics: readonly string[];
  readonly minUpvotes: number;
  readonly every: Rhythm;
  readonly schedule: SchedulerName;
  readonly fromHour: number;
  readonly testLetter: boolean;
}

/** The answers that were given as flags. */
export type GivenAnswers = { readonly [Name in keyof Answers]?: Answers[Name] | undefined };

/** The environment variable with the password. A flag would show it to every process of the machine. */
export const PASSWORD_VARIABLE = "PAPERBOY_INIT_PASSWORD";

/** The sender of letters that are only written to files. */
export const OUTBOX_SENDER = "Paperboy <paperboy@localhost>";

/**
 * Completes the given answers with defaults, for `init` without a terminal.
 * @throws PaperboyError `usage` that lists every missing flag.
 */
export function completeAnswers(given: GivenAnswers): Answers {
  const { mail, to } = given;
  const missing = missingFlags(given);
  if (missing.length > 0 || mail === undefined || to === undefined) {
    throw new PaperboyError("usage", {
      message: `without a terminal, init needs ${missing.join(", ")}`,
      hint: "Give them as flags, or run `paperboy init` in a terminal.",
    });
  }
  return {
    mail,
    from: given.from ?? OUTBOX_SENDER,
    user: given.user ?? null,
    password: given.password ?? null,
    to,
    topics: given.topics ?? [],
    minUpvotes: given.minUpvotes ?? 0,
    every: given.every ?? "day",
    schedule: given.schedule ?? "cron",
    fromHour: given.fromHour ?? 0,
    testLetter: given.testLetter ?? false,
  };
}

function missingFlags({ mail, from, user, password, to }: GivenAnswers): readonly string[] {
  const preset = mail === undefined ? null : presetOf(mail);
  return [
    ...(mail === undefined ? ["--mail"] : []),
    ...(to === undefined ? ["--to"] : []),
    ...(mail !== undefined && mail !== "outbox" && from === undefined ? ["--from"] : []),
    ...(preset?.user === "own" && user === undefined ? ["--user"] : []),
    ...(preset !== null && (password ?? null) === null ? [`${PASSWORD_VARIABLE} in the environment`] : []),
  ];
}

/** Checks the sender and the recipients before any file is written. Throws PaperboyError `usage` for an invalid address. */
export function assertAddresses({ mail, every, from, to }: Pick<Answers, "mail" | "every" | "from" | "to">): void {
  const isLocal = presetOf(mail) === null;
  const sender = parseMailbox(from, { isLocal });
  const problems = [
    ...(sender.ok ? [] : [`--from ${JSON.stringify(from)} ${sender.why}`]),
    ...to.flatMap((text) => {
      // Those of a week or month become subscribers, who are never at this machine.
      const parsed = parseAddress(text, { isLocal: isLocal && every === "day" });
      return parsed.ok ? [] : [`--to ${JSON.stringify(text)} ${parsed.why}`];
    }),
  ];
  if (problems.length > 0) throw new PaperboyError("usage", { message: problems.join("; ") });
}
