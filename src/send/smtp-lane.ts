import { setImmediate } from "node:timers/promises";
import type { Message } from "../model.js";
import { needsSmtpUtf8 } from "./address.js";
import type { Carrier, Lane } from "./lane.js";
import { oneLine, readFault, type SmtpFault } from "./smtp-errors.js";
import { closeSession, type Gate, handOver, openSession, reset, type Session, SMTP_TIMES } from "./smtp-session.js";
import type { SmtpTimes } from "./smtp-session.js";
import type { SmtpSettings } from "./smtp-settings.js";
import { accepted, judge, judgeAtTheDoor, untouched, type Verdict } from "./verdict.js";

/** Servers end connections that stay too long; this many messages go over one. */
const MESSAGES_PER_CONNECTION = 100;

/** Many servers end a session that says nothing for so long (milliseconds); a fresh one is cheaper than finding out. */
const STALE = 20_000;

export interface SmtpLaneOptions {
  readonly settings: SmtpSettings;
  /** For tests; the real ones are those of RFC 5321. */
  readonly times?: SmtpTimes;
}

/** Lanes to a mail server: each keeps a connection and uses it for one message after the other. */
export function smtpCarrier(options: SmtpLaneOptions): Carrier {
  const { host, port } = options.settings;
  return { channel: "smtp", name: `${host}:${port}`, openLane: () => openSmtpLane(options) };
}

/** What a lane has open. */
interface Line {
  session: Session | null;
  carried: number;
  usedAt: number;
  isCut: boolean;
}

/** One lane to a mail server. It never tries a message twice: what to do with a deferred or uncertain one, others decide. */
export function openSmtpLane({ settings, times = SMTP_TIMES }: SmtpLaneOptions): Lane {
  const line: Line = { session: null, carried: 0, usedAt: 0, isCut: false };

  const leave = async (): Promise<void> => {
    const old = line.session;
    line.session = null;
    await (old && closeSession(old));
  };

  const enter = async (): Promise<Session> => {
    // A server that has had enough says 421 right behind its last reply: let that be read first.
    await setImmediate();
    const stale = performance.now() - line.usedAt > STALE;
    if (
      line.session === null ||
      line.session.connection.destroyed ||
      stale ||
      line.carried >= MESSAGES_PER_CONNECTION
    ) {
      await leave();
      line.session = await openSession(settings, times);
      line.carried = 0;
    }
    line.carried += 1;
    return line.session;
  };

  const drop = (): void => {
    line.session?.connection.close();
    line.session = null;
  };

  return {
    send: async (message, gate) => {
      const session = await enter().catch((error: unknown) => judgeAtTheDoor(readFault(error)));
      if ("state" in session) {
        return tell(settings, session);
      }
      if (line.isCut) {
        drop();
        return { ...untouched("the line was cut"), offered: false };
      }
      const { verdict, usable } = await attempt(session, message, gate);
      line.usedAt = performance.now();
      if (!usable) {
        // No goodbye: the server may still be reading this one's data.
        drop();
      }
      return tell(settings, verdict);
    },
    close: leave,
    abandon: () => {
      line.isCut = true;
      drop();
    },
  };
}

interface Attempt {
  readonly verdict: Verdict;
  /** Whether the connection can carry another message. */
  readonly usable: boolean;
}

async function attempt(session: Session, message: Message, gate: Gate): Promise<Attempt> {
  const sender = message.returnPath ?? message.from;
  if (!session.smtpUtf8 && [sender, message.to].some(needsSmtpUtf8)) {
    const detail = "the mail server does not take addresses beyond ASCII (no SMTPUTF8)";
    return { verdict: { ...untouched(detail), state: "refused" }, usable: true };
  }
  const passage = watchGate(gate);
  try {
    const reply = await handOver(session, message, passage.ask);
    if (!passage.released()) {
      return {
        verdict: { ...untouched("the server answered before the end of the data"), trouble: "line" },
        usable: false,
      };
    }
    return { verdict: accepted(oneLine(reply)), usable: true };
  } catch (error) {
    const released = await passage.shut();
    const fault = readFault(error);
    const usable = canGoOn(fault, released) && (await reset(session));
    return { verdict: passage.refused() ? untouched(fault.words) : judge(fault, released), usable };
  }
}

interface Passage {
  readonly ask: Gate;
  /** Whether the end of the data may have left. */
  released(): boolean;
  /** Whether the gate said no. */
  refused(): boolean;
  /** After a fault: nothing passes any more; waits for an answer that is still due, and throws what the gate threw. */
  shut(): Promise<boolean>;
}

/** A gate that cannot open any more once the attempt has failed: what had not left by then never leaves. */
function watchGate(gate: Gate): Passage {
  let answer: Promise<boolean> | null = null;
  let isShut = false;
  let released = false;
  let refused = false;
  const pass = async (): Promise<boolean> => {
    const open = await gate();
    refused = !open;
    released = open && !isShut;
    return released;
  };
  return {
    ask: () => {
      answer = pass();
      return answer;
    },
    released: () => released,
    refused: () => refused,
    shut: async () => {
      isShut = true;
      await answer;
      return released;
    },
  };
}

/** Whether server and client agree on where they stand: it replied, and not in the middle of the data. */
function canGoOn({ reply, codes }: SmtpFault, endReleased: boolean): boolean {
  return reply !== null && reply >= 400 && reply !== 421 && (endReleased || !codes.includes("EMESSAGE"));
}

/** As much of a server's words as results hold. */
const LONGEST = 500;

function tell(settings: SmtpSettings, verdict: Verdict): Verdict {
  return { ...verdict, detail: redact(settings, verdict.detail) };
}

/** A server's words for results and logs. It may repeat what it was told: the password is taken out, then it is cut. */
function redact({ login }: SmtpSettings, text: string): string {
  const secrets = login === null ? [] : [login.password, `\0${login.user}\0${login.password}`];
  return secrets
    .flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
    .filter(Boolean)
    .reduce((clean, secret) => clean.replaceAll(secret, "***"), text)
    .slice(0, LONGEST);
}
