import { setImmediate } from "node:timers/promises";
import { PaperboyError } from "../errors.js";
import type { Delivery, Message } from "../model.js";
import { needsSmtpUtf8 } from "./address.js";
import { concernsEveryone, explainSmtpError, oneLine, readFault, type SmtpFault, stateAfter } from "./smtp-errors.js";
import { closeSession, handOver, openSession, reset, type Session } from "./smtp-session.js";
import type { SmtpSettings } from "./smtp-settings.js";
import type { Transport } from "./transport.js";

/** Servers end connections that stay too long; this many messages go over one. */
const MESSAGES_PER_CONNECTION = 100;

/**
 * The transport that mails. It keeps one connection and uses it for one message after the other; calls that overlap
 * wait for their turn. It never tries a message twice: what to do with a deferred or uncertain one, others decide.
 *
 * `send` rejects with `send-incomplete` when the server cannot be reached, does not let us in, or refuses the sender.
 */
export function createSmtp(settings: SmtpSettings): Transport {
  let session: Session | null = null;
  let carried = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const leave = async (): Promise<void> => {
    const old = session;
    session = null;
    await (old && closeSession(old));
  };

  const enter = async (): Promise<Session> => {
    // A server that has had enough says 421 right behind its last reply: let that be read first.
    await setImmediate();
    if (session === null || session.connection.destroyed || carried >= MESSAGES_PER_CONNECTION) {
      await leave();
      session = await openSession(settings).catch((error: unknown) => {
        throw stopped(settings, error);
      });
      carried = 0;
    }
    carried += 1;
    return session;
  };

  const sendOne = async (message: Message): Promise<Delivery> => {
    const { delivery, usable, error } = await attempt(await enter(), message);
    if (!usable) {
      // No goodbye: the server may still be reading this one's data.
      session?.connection.close();
      session = null;
    }
    if (error !== undefined) {
      throw stopped(settings, error);
    }
    return { ...delivery, detail: tell(settings, delivery.detail) };
  };

  return {
    name: "smtp",
    send: (message) => {
      const result = turn.then(() => sendOne(message));
      turn = result.catch(() => null);
      return result;
    },
    close: async () => {
      await turn;
      await leave();
    },
  };
}

interface Attempt {
  readonly delivery: Delivery;
  /** Whether the connection can carry another message. */
  readonly usable: boolean;
  /** A fault that every message would meet. */
  readonly error?: unknown;
}

async function attempt(session: Session, message: Message): Promise<Attempt> {
  const { to } = message;
  if (!session.smtpUtf8 && [message.from, to].some(needsSmtpUtf8)) {
    const detail = "the mail server does not take addresses beyond ASCII (no SMTPUTF8)";
    return { delivery: { to, state: "refused", detail }, usable: true };
  }
  let endReleased = false;
  try {
    const reply = await handOver(session, message, () => {
      endReleased = true;
    });
    return { delivery: { to, state: "sent", detail: oneLine(reply) }, usable: true };
  } catch (error) {
    const fault = readFault(error);
    const delivery: Delivery = { to, state: stateAfter(fault, endReleased), detail: fault.words };
    const usable = canGoOn(fault, endReleased) && (await reset(session));
    return concernsEveryone(fault) ? { delivery, usable, error } : { delivery, usable };
  }
}

/** Whether server and client agree on where they stand: it replied, and not in the middle of the data. */
function canGoOn({ reply, codes }: SmtpFault, endReleased: boolean): boolean {
  return reply !== null && reply !== 421 && (endReleased || !codes.includes("EMESSAGE"));
}

function stopped(settings: SmtpSettings, error: unknown): PaperboyError {
  const { message, hint } = explainSmtpError(error);
  // Without the cause: its own text is the server's, unredacted.
  return new PaperboyError("send-incomplete", {
    message: `cannot mail through ${settings.host}:${settings.port}: ${tell(settings, message)}`,
    hint,
    retryable: true,
  });
}

/** As much of a server's words as results hold. */
const LONGEST = 500;

/** A server's words for results and logs. It may repeat what it was told: the password is taken out, then it is cut. */
function tell({ login }: SmtpSettings, text: string): string {
  const secrets = login === null ? [] : [login.password, `\0${login.user}\0${login.password}`];
  return secrets
    .flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
    .filter(Boolean)
    .reduce((clean, secret) => clean.replaceAll(secret, "***"), text)
    .slice(0, LONGEST);
}
