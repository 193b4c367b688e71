import { PaperboyError } from "../../core/errors.js";
import type { Delivery, Message } from "../../core/model.js";
import type { Mailer } from "../mailer.js";
import { openSmtpConnection } from "./connection.js";
import type { SmtpTimes } from "./session.js";
import type { SmtpSettings } from "./settings.js";

/** Without a ledger, every attempt counts as the first. */
const FIRST = { attempt: 1 };

/**
 * Returns a mailer for a few messages without a ledger, such as test letters. It keeps one connection, so overlapping calls
 * wait for each other. It tries each message once; the caller decides what to do about a deferred or uncertain one.
 *
 * `send` rejects with `send-incomplete` if the server is unreachable, rejects the login, the sender or the size, or has reached
 * its limit for the sender.
 */
export function smtpMailer(settings: SmtpSettings, times?: SmtpTimes): Mailer {
  const connection = openSmtpConnection({ settings, ...(times && { times }) });
  let previous: Promise<unknown> = Promise.resolve();

  const sendOne = async (message: Message): Promise<Delivery> => {
    const result = await connection.send(message, () => Promise.resolve(true), FIRST);
    const { state, detail, offered, problem, hint } = result;
    if (!offered || problem === "account" || problem === "limit" || problem === "size") {
      throw new PaperboyError("send-incomplete", {
        message: `cannot send mail through ${settings.host}:${settings.port}: ${detail}`,
        ...(hint !== null && { hint }),
        retryable: true,
      });
    }
    // A pending message counts as deferred, because without a ledger the caller has to send it again.
    return { to: message.to, state: state === "pending" ? "deferred" : state, detail };
  };

  return {
    name: "smtp",
    send: (message) => {
      const result = previous.then(() => sendOne(message));
      previous = result.catch(() => null);
      return result;
    },
    close: async () => {
      await previous;
      await connection.close();
    },
  };
}
