import type { SmtpMoment, SmtpScript } from "../../support/smtp.js";
import { LETTER } from "../message/letters.js";

/** What a server does wrong, as a script's line. */
export const FAULTS = {
  drop: "drop",
  "421": "421 4.3.2 closing down",
  "4xx": "451 4.3.0 not now",
  "5xx": "554 5.3.0 no",
  silence: "silence",
  garbage: "what?",
} as const;

export type Fault = keyof typeof FAULTS;

/**
 * The state of the only delivery when the run ends, and what stopped the run (`-`: nothing). A line that breaks before the
 * end of the data leaves a message `pending`; it is tried three times, then put off, for it may be what breaks the line.
 */
type Cell = `${"sent" | "pending" | "deferred" | "refused" | "uncertain"} ${"-" | "route" | "account"}`;

/** Every phase of a conversation against every fault: the server misbehaves there on each connection. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<Fault, Cell>>>> = {
  connect: row("pending route", "pending route", "pending route", "pending account", "pending route", "pending route"),
  // A server that does not know EHLO is spoken to with HELO.
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
  // Who is refused as a sender is refused for every reader.
  MAIL: row("deferred route", "pending route", "deferred -", "pending account", "deferred route", "deferred route"),
  RCPT: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  DATA: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  body: row("deferred route", "pending route", "deferred -", "refused -", "deferred route", "deferred route"),
  "after the dot": row("uncertain -", "deferred -", "deferred -", "refused -", "uncertain -", "uncertain -"),
  QUIT: row("sent -", "sent -", "sent -", "sent -", "sent -", "sent -"),
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

/** Long enough that its end cannot have left when a server stops reading. */
export const LONG = { ...LETTER, html: "<p>A sentence of an invented abstract.</p>\n".repeat(150_000) };

/** The moment of a conversation at which a phase's fault happens. */
export function momentOf(phase: string): SmtpMoment {
  return MOMENTS[phase] ?? (phase as SmtpMoment);
}

/** A server that does this wrong on each connection. */
export function scriptOf(phase: string, fault: Fault): SmtpScript {
  return { EHLO: OFFERS[phase] ?? "250 scripted", [momentOf(phase)]: FAULTS[fault] };
}

/** What a phase needs to be reached. */
export function loginAt(phase: string): { readonly user: string; readonly password: string } | null {
  return phase === "AUTH" ? { user: "me", password: "secret" } : null;
}
