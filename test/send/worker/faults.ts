import type { BounceDamage } from "../../../src/store/store.js";
import type { SmtpMoment, SmtpScript } from "../../support/smtp.js";
import { LETTER } from "../message/letters.js";

/** The faults of a server, as lines of its script. */
export const FAULTS = {
  drop: "drop",
  "421": "421 4.3.2 closing down",
  "4xx": "451 4.3.0 not now",
  "5xx": "554 5.3.0 no",
  silence: "silence",
  garbage: "what?",
} as const;

/** Refusals by cause. */
export const REFUSALS = {
  limit: "550 5.4.5 Daily user sending limit exceeded",
  "limit for now": "421 4.7.28 unusual rate of mail from your address",
  sender: "550 5.7.1 on a block list",
  "sender, by words": "550 5.1.1 your IP address is on a block list",
  size: "552 5.3.4 message size exceeds the limit",
  content: "554 5.6.0 a virus",
  full: "552 5.2.2 over quota",
  "full for now": "452 4.2.2 mailbox full",
  disabled: "550 5.2.1 this account is disabled",
  "no mailbox": "550 5.1.1 no such user",
} as const;

export type RefusalKind = keyof typeof REFUSALS;

export const ALL_REFUSALS = Object.keys(REFUSALS) as RefusalKind[];

export type Fault = keyof typeof FAULTS;

export const ALL_FAULTS = Object.keys(FAULTS) as Fault[];

/**
 * The final state of the only delivery, and what stopped the run (`-`: nothing). A connection that breaks before the end of the
 * data leaves a message `pending`; after three attempts it is deferred, because the message may be the cause.
 */
type Cell =
  `${"sent" | "pending" | "deferred" | "refused" | "uncertain"} ${"-" | "route" | "account" | "limit" | "size"}`;

/** Every phase of a conversation with every fault, on each connection. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<Fault, Cell>>>> = {
  connect: row("pending route", "pending route", "pending route", "pending account", "pending route", "pending route"),
  // Falls back to HELO.
  EHLO: row("pending route", "pending route", "sent -", "sent -", "pending route", "sent -"),
  STARTTLS: row(
    "pending route",
    "pending route",
    "pending route",
    "pending account",
    "pending route",
    "pending account",
  ),
  AUTH: row("pending route", "pending route", "pending route", "pending account", "pending route", "pending route"),
  // A refused sender is refused for every reader.
  MAIL: row("deferred route", "pending route", "deferred -", "pending account", "deferred route", "deferred route"),
  RCPT: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  DATA: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  body: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  "after the dot": row("uncertain -", "deferred -", "deferred -", "refused -", "uncertain -", "uncertain -"),
  QUIT: row("sent -", "sent -", "sent -", "sent -", "sent -", "sent -"),
};

/** Each refusal at each phase after the login: the sender's trouble defers, and only a mailbox's ends in `refused`. */
export const REFUSED: Readonly<Record<string, Readonly<Record<RefusalKind, Cell>>>> = {
  MAIL: {
    limit: "deferred limit",
    "limit for now": "deferred limit",
    sender: "pending account",
    "sender, by words": "pending account",
    size: "pending size",
    content: "pending account",
    full: "pending account",
    "full for now": "deferred -",
    disabled: "pending account",
    "no mailbox": "pending account",
  },
  ...Object.fromEntries(
    ["RCPT", "DATA", "after the dot"].map((phase) => [
      phase,
      {
        limit: "deferred limit",
        "limit for now": "deferred limit",
        sender: "deferred -",
        "sender, by words": "deferred -",
        size: "refused -",
        content: "refused -",
        full: "refused -",
        "full for now": "deferred -",
        disabled: "refused -",
        "no mailbox": "refused -",
      } as const,
    ]),
  ),
};

/** How each refusal counts against the reader, as a report by mail does; the others, and any answer to MAIL, do not. */
export const COUNTED: Readonly<Partial<Record<RefusalKind, BounceDamage>>> = {
  full: "soft",
  "full for now": "soft",
  disabled: "permanent",
  "no mailbox": "hard",
};

function row(...cells: readonly [Cell, Cell, Cell, Cell, Cell, Cell]): Readonly<Record<Fault, Cell>> {
  const [drop, busy, later, never, silence, garbage] = cells;
  return { drop, "421": busy, "4xx": later, "5xx": never, silence, garbage };
}

const MOMENTS: Readonly<Record<string, SmtpMoment>> = { STARTTLS: "STAR", "after the dot": "end" };

const OFFERS: Readonly<Record<string, string>> = {
  STARTTLS: "250-scripted\r\n250 STARTTLS",
  AUTH: "250-scripted\r\n250 AUTH PLAIN",
};

/** Larger than the socket buffers, so the end of data cannot have left when a server stops reading. */
export const LONG = { ...LETTER, html: "<p>A sentence of an invented abstract.</p>\n".repeat(110_000) };

/** The script key at which the fault of a phase happens. */
export function momentOf(phase: string): SmtpMoment {
  return MOMENTS[phase] ?? (phase as SmtpMoment);
}

/** Starts a server with this fault on each connection. */
export function scriptOf(phase: string, fault: Fault): SmtpScript {
  return { EHLO: OFFERS[phase] ?? "250 scripted", [momentOf(phase)]: FAULTS[fault] };
}

/** Returns the settings that a phase needs to be reached. */
export function loginAt(phase: string): { readonly user: string; readonly password: string } | null {
  return phase === "AUTH" ? { user: "me", password: "secret" } : null;
}

/**
 * Returns the outcome of each case at a phase. Most cases only wait, so they run at the same time; those with a body of megabytes
 * need the processor.
 */
export async function outcomesOf<Case extends string>(
  phase: string,
  cases: readonly Case[],
  outcome: (each: Case) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const ends: Record<string, string> = {};
  const see = async (each: Case): Promise<void> => {
    ends[each] = await outcome(each);
  };
  if (phase === "body") for (const each of cases) await see(each);
  else await Promise.all(cases.map(see));
  return ends;
}
