import { PaperboyError } from "../core/errors.js";
import type { Delivery, DeliveryState } from "../core/model.js";
import type { Message } from "./message/body.js";
import type { Transport } from "./transport.js";

/**
 * Sends single messages without a ledger, such as test letters. It tries each message once; the caller decides what to do about
 * a deferred or uncertain one.
 */
export interface Mailer {
  /** The channel, for results. */
  readonly name: Transport["channel"];
  /**
   * Resolves with the delivery, even if the server refused the message.
   * @throws PaperboyError `send-incomplete` if this message was not accepted and other messages would fail too, because the
   *   server is unreachable, rejects the login, the sender or the size, or has reached its limit for the sender; `io-failed` if
   *   the outbox cannot be written.
   */
  send(message: Message): Promise<Delivery>;
  close(): Promise<void>;
}

/** Returns a mailer over one connection, so overlapping calls wait for each other. Does not connect yet. */
export function openMailer({ channel, name, openConnection }: Transport): Mailer {
  const connection = openConnection();
  let previous: Promise<unknown> = Promise.resolve();

  const sendOne = async (message: Message): Promise<Delivery> => {
    const { state, detail, offered, problem, hint } = await connection.send(message, OPEN_GATE, FIRST);
    if (!offered || problem === "account" || problem === "limit" || problem === "size") {
      throw new PaperboyError("send-incomplete", {
        message: `cannot send mail through ${name}: ${detail}`,
        ...(hint !== null && { hint }),
        retryable: true,
      });
    }
    // A pending message counts as deferred, because without a ledger the caller has to send it again.
    return { to: message.to, state: state === "pending" ? "deferred" : state, detail };
  };

  return {
    name: channel,
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

const OPEN_GATE = (): Promise<boolean> => Promise.resolve(true);
/** Without a ledger, every attempt counts as the first. */
const FIRST = { attempt: 1 };

/** The number of messages in each state; `prepared` is the sum of the others. */
export type Counts = Readonly<Record<DeliveryState | "prepared", number>>;

/** The result of a batch. */
export interface Outcome {
  readonly counts: Counts;
  /** Why the batch stopped early; null if every message was tried. */
  readonly stopped: PaperboyError | null;
}

/** Counts deliveries by state. */
export function tally(deliveries: Iterable<Delivery>): Counts {
  const counts = { prepared: 0, sent: 0, deferred: 0, refused: 0, uncertain: 0, suppressed: 0, expired: 0, pending: 0 };
  for (const { state } of deliveries) {
    counts.prepared += 1;
    counts[state] += 1;
  }
  return counts;
}

/**
 * Sends messages one after the other. A refused or deferred message does not stop the batch. If the mailer rejects with
 * `send-incomplete`, that message is deferred, the rest stay `pending`, and the error is returned as `stopped`. Other errors
 * are thrown.
 */
export async function deliver(
  messages: readonly Message[],
  mailer: Mailer,
  onDelivery?: (delivery: Delivery, index: number) => void,
): Promise<Outcome> {
  const deliveries: Delivery[] = [];
  let stopped: PaperboyError | null = null;
  for (const message of messages) {
    const result: Attempt = stopped === null ? await attempt(message, mailer) : skip(message, stopped);
    stopped = result.stopped;
    onDelivery?.(result.delivery, deliveries.push(result.delivery) - 1);
  }
  return { counts: tally(deliveries), stopped };
}

interface Attempt {
  readonly delivery: Delivery;
  readonly stopped: PaperboyError | null;
}

async function attempt(message: Message, mailer: Mailer): Promise<Attempt> {
  try {
    return { delivery: await mailer.send(message), stopped: null };
  } catch (error) {
    if (error instanceof PaperboyError && error.code === "send-incomplete") {
      return { delivery: { to: message.to, state: "deferred", detail: error.message }, stopped: error };
    }
    throw error;
  }
}

function skip(message: Message, stopped: PaperboyError): Attempt {
  return { delivery: { to: message.to, state: "pending", detail: `not tried: ${stopped.message}` }, stopped };
}
