import type { Delivery, Message } from "../core/model.js";

/**
 * The seam between a message and the world.
 *
 * `send` resolves with what became of this one message, also when it was refused. It rejects with a PaperboyError when
 * no message can be sent at all: `send-incomplete` (the server is away, the login is wrong) means that this message
 * was surely not handed over and that trying the next one is pointless; any other code ends the run.
 */
export interface Mailer {
  /** The channel, as it stands in results: `outbox`, `smtp`. */
  readonly name: string;
  send(message: Message): Promise<Delivery>;
  close(): Promise<void>;
}
