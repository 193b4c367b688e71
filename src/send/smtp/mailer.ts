import { PaperboyError } from "../../core/errors.js";
import type { Delivery, Message } from "../../core/model.js";
import { openSmtpConnection } from "./connection.js";
import type { SmtpTimes } from "./session.js";
import type { SmtpSettings } from "./settings.js";
import type { Mailer } from "../mailer.js";

/** Without a ledger, every try is the first. */
const ONCE = { attempt: 1 };

/**
 * The mailer that mails a few messages without a ledger, such as test letters. It keeps one connection; calls that
 * overlap wait for their turn. It never tries a message twice: what to do with a deferred or uncertain one, others decide.
 *
 * `send` rejects with `send-incomplete` when the server cannot be reached, does not let us in, or refuses the sender.
 */
export function smtpMailer(settings: SmtpSettings, times?: SmtpTimes): Mailer {
  const connection = openSmtpConnection({ settings, ...(times && { times }) });
  let turn: Promise<unknown> = Promise.resolve();

  const sendOne = async (message: Message): Promise<Delivery> => {
    const { state, detail, offered, trouble, hint } = await connection.send(message, () => Promise.resolve(true), ONCE);
    if (!offered || trouble === "everyone") {
      throw new PaperboyError("send-incomplete", {
        message: `cannot mail through ${settings.host}:${settings.port}: ${detail}`,
        ...(hint !== null && { hint }),
        retryable: true,
      });
    }
    // Nobody remembers this message: what the ledger would keep as pending is put off.
    return { to: message.to, state: state === "pending" ? "deferred" : state, detail };
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
      await connection.close();
    },
  };
}
