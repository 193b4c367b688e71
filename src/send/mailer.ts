import { PaperboyError } from "../core/errors.js";
import type { Delivery, DeliveryState, Message } from "../core/model.js";

/**
 * Sends single messages without a ledger.
 *
 * `send` resolves with the delivery, even if the server refused the message. It rejects with a PaperboyError if no message can
 * be sent: with `send-incomplete` (the server is unreachable, the login is wrong), this message was not accepted and other
 * messages would fail too; any other code ends the run.
 */
export interface Mailer {
  /** The name of the channel in results. */
  readonly name: string;
  send(message: Message): Promise<Delivery>;
  close(): Promise<void>;
}

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
  messages: AsyncIterable<Message> | Iterable<Message>,
  mailer: Mailer,
  onDelivery?: (delivery: Delivery, index: number) => void,
): Promise<Outcome> {
  const deliveries: Delivery[] = [];
  let stopped: PaperboyError | null = null;
  for await (const message of messages) {
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
