import { setImmediate } from "node:timers/promises";
import { needsSmtpUtf8 } from "../message/address.js";
import type { ReadyMessage } from "../message/body.js";
import type { Transport, Connection } from "../transport.js";
import { handOver, type Passage, unfit } from "./data-phase.js";
import { fault, readFault } from "./errors.js";
import { closeSession, openSession, reset, type Session, SMTP_TIMES, type SmtpTimes } from "./session.js";
import type { SmtpSettings } from "./settings.js";
import { accepted, judge, judgeAtTheDoor, untouched, type Verdict } from "../send-result.js";

/** Servers end connections that stay too long; this many messages go over one. */
const MESSAGES_PER_CONNECTION = 100;

/** Many servers end a session that says nothing for so long (milliseconds); a fresh one is cheaper than finding out. */
const STALE = 20_000;

export interface SmtpConnectionOptions {
  readonly settings: SmtpSettings;
  /** For tests; the real ones are those of RFC 5321. */
  readonly times?: SmtpTimes;
}

/** Lanes to a mail server: each keeps a connection and uses it for one message after the other. */
export function smtpTransport(options: SmtpConnectionOptions): Transport {
  const { host, port } = options.settings;
  return { channel: "smtp", name: `${host}:${port}`, openConnection: () => openSmtpConnection(options) };
}

/** What a connection has open. */
interface Held {
  session: Session | null;
  carried: number;
  usedAt: number;
  isCut: boolean;
  /** The message whose envelope left behind the last one: it must come next, or the connection is of no use. */
  rider: ReadyMessage | null;
  /** Whether envelopes may ride: not with a server that once did not answer one. */
  mayRide: boolean;
}

/** One connection to a mail server. It never tries a message twice: what to do with a deferred or uncertain one, others decide. */
export function openSmtpConnection({ settings, times = SMTP_TIMES }: SmtpConnectionOptions): Connection {
  const secrets = secretsOf(settings);
  const held: Held = { session: null, carried: 0, usedAt: 0, isCut: false, rider: null, mayRide: true };
  return {
    send: async (message, gate, { next }) => {
      const isRiding = held.rider === message;
      const session = await enter(held, { message, open: () => openSession(settings, times) });
      if ("state" in session) {
        return redacted(session, secrets);
      }
      if (held.isCut) {
        drop(held);
        return { ...untouched("the line was cut"), offered: false };
      }
      held.rider = null;
      const passage = { gate, isRiding, next: () => rideOn(held, session, next?.() ?? null) };
      const { verdict, isUsable } = await attempt(session, message, passage);
      held.usedAt = performance.now();
      held.mayRide &&= !(isRiding && verdict.trouble === "line");
      if (!isUsable) {
        // No goodbye: the server may still be reading this one's data.
        drop(held);
      }
      return redacted(verdict, secrets);
    },
    close: () => leave(held),
    abandon: () => {
      held.isCut = true;
      drop(held);
    },
  };
}

function drop(held: Held): void {
  held.session?.line.cut(fault("ECONNECTION", "the connection was closed"));
  held.session = null;
  held.rider = null;
}

async function leave(held: Held): Promise<void> {
  if (held.rider !== null) {
    // The server waits for its data: whatever we said would be that.
    drop(held);
  }
  const old = held.session;
  held.session = null;
  await (old && closeSession(old));
}

interface Entry {
  readonly message: ReadyMessage;
  readonly open: () => Promise<Session>;
}

/** A session that can take this message: the one that stands, or a new one; or why there is none. */
async function enter(held: Held, { message, open }: Entry): Promise<Session | Verdict> {
  if (held.session !== null && held.rider === message) {
    held.carried += 1;
    return held.session;
  }
  // A server that has had enough says 421 right behind its last reply: let that be read first.
  await setImmediate();
  const isStale = performance.now() - held.usedAt > STALE;
  const isFull = held.carried >= MESSAGES_PER_CONNECTION;
  if (held.session === null || held.rider !== null || !held.session.line.isQuiet() || isStale || isFull) {
    await leave(held);
    try {
      held.session = await open();
    } catch (error) {
      return judgeAtTheDoor(readFault(error));
    }
    held.carried = 0;
  }
  held.carried += 1;
  return held.session;
}

/** The message that rides behind the one that ends now, or null. */
function rideOn(held: Held, session: Session, message: ReadyMessage | null): ReadyMessage | null {
  const fits =
    message !== null &&
    held.mayRide &&
    session.offers.pipelining &&
    held.carried < MESSAGES_PER_CONNECTION &&
    !lacksUtf8(session, message) &&
    unfit(session, message) === null;
  held.rider = fits ? message : null;
  return held.rider;
}

interface Attempt {
  readonly verdict: Verdict;
  /** Whether the connection can carry another message. */
  readonly isUsable: boolean;
}

async function attempt(session: Session, message: ReadyMessage, passage: Passage): Promise<Attempt> {
  if (lacksUtf8(session, message)) {
    const detail = "the mail server does not take addresses beyond ASCII (no SMTPUTF8)";
    return { verdict: { ...untouched(detail), state: "refused" }, isUsable: true };
  }
  let rides = false;
  const next = (): ReadyMessage | null => {
    const rider = passage.next();
    rides = rider !== null;
    return rider;
  };
  const handed = await handOver(session, message, { ...passage, next });
  if (handed.kind === "taken") {
    return { verdict: accepted(handed.words), isUsable: true };
  }
  if (handed.kind === "withheld") {
    return { verdict: untouched("the message was withheld before the end of its data"), isUsable: false };
  }
  const { fault: problem, released, inStep } = handed;
  // An envelope that rides is a transaction of its own: a reset would end that one.
  return { verdict: judge(problem, released), isUsable: inStep && (rides || (await reset(session))) };
}

function lacksUtf8({ offers }: Session, { from, returnPath, to }: ReadyMessage): boolean {
  return !offers.smtpUtf8 && [returnPath ?? from, to].some(needsSmtpUtf8);
}

/** As much of a server's words as results hold. */
const LONGEST = 500;

/** A verdict for results and logs. A server may repeat what it was told: the password is taken out, then its words are cut. */
function redacted(verdict: Verdict, secrets: readonly string[]): Verdict {
  let detail = verdict.detail;
  for (const secret of secrets) detail = detail.replaceAll(secret, "***");
  if (detail === verdict.detail && detail.length <= LONGEST) return verdict;
  return { ...verdict, detail: detail.slice(0, LONGEST) };
}

/** What nobody may read, as it is and as it goes over the line. */
function secretsOf({ login }: SmtpSettings): readonly string[] {
  const secrets = login === null ? [] : [login.password, `\0${login.user}\0${login.password}`];
  return secrets.flatMap((secret) => [secret, Buffer.from(secret).toString("base64")]).filter(Boolean);
}
