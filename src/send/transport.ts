import type { ReadyMessage } from "./message/body.js";
import type { SendResult } from "./send-result.js";

/** Returns whether the end of a message's data may be sent now. */
export type Gate = () => Promise<boolean>;

/** One connection. It sends one message at a time. */
export interface Connection {
  /**
   * Tries to send one message, once. Resolves with the result, also when the server could not be reached. Calls `gate` before
   * the last bytes leave; when `gate` rejects, the message is abandoned and the rejection is passed on.
   */
  send(message: ReadyMessage, gate: Gate, options: SendOptions): Promise<SendResult>;
  /** Waits for the message in progress, then closes the connection politely. */
  close(): Promise<void>;
  /** Closes the connection at once, also in the middle of a message. */
  abandon(): void;
}

export interface SendOptions {
  /** Which attempt at this message it is, from 1. */
  readonly attempt: number;
  /**
   * Called when the end of the data leaves, by connections that pipeline. Returns the next message for this connection when it
   * is ready: the caller must then send that message next, or nothing more over this connection.
   */
  readonly next?: () => ReadyMessage | null;
}

/** Opens connections of one channel. Nothing is connected or written before the first message. */
export interface Transport {
  readonly channel: "outbox" | "smtp";
  /** For messages to the operator: `mail.example.org:587`, or a folder. */
  readonly name: string;
  openConnection(): Connection;
}
