import type { ReadyMessage } from "./message/body.js";
import type { Gate } from "./smtp/session.js";
import type { Verdict } from "./send-result.js";

/** One way along which messages leave, one after the other. */
export interface Connection {
  /**
   * Tries one message, once. Resolves with what became of it, also when nothing was reached. The gate is asked before
   * the last bytes leave; what it throws is thrown on, after the message was abandoned.
   */
  send(message: ReadyMessage, gate: Gate, facts: SendFacts): Promise<Verdict>;
  /** Says goodbye; waits for what is on its way. */
  close(): Promise<void>;
  /** Cuts the line: what is on its way ends at once. */
  abandon(): void;
}

export interface SendFacts {
  readonly attempt: number;
  /**
   * Asked when the message's end leaves, by connections that can use it: the message that comes next on this connection, if it is ready.
   * Who answers with one sends it next, or nothing more over this connection.
   */
  readonly next?: () => ReadyMessage | null;
}

/** Where connections are opened. Nothing is connected or written before the first message. */
export interface Transport {
  readonly channel: "outbox" | "smtp";
  /** What stands in messages: `mail.example.org:587`, a folder. */
  readonly name: string;
  openConnection(): Connection;
}
