import type { Message } from "./message/body.js";
import type { SendResult } from "./send-result.js";

/** Returns whether the end of a message's data may be sent now. */
export type Gate = () => Promise<boolean>;

/** One connection. It sends one message at a time. */
export interface Connection {
  /**
   * Tries once to send a message. Resolves with the result, even if the server could not be reached. Calls `gate` before it
   * sends the last bytes. If `gate` rejects, abandons the message and rejects with the same error.
   */
  send(message: Message, gate: Gate, options: SendOptions): Promise<SendResult>;
  /** Waits for the message in progress, ends the session with QUIT and closes the connection. */
  close(): Promise<void>;
  /** Closes the connection immediately, even in the middle of a message. */
  abandon(): void;
}

export interface SendOptions {
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /**
   * Connections that pipeline call this when they send the end of the data. Returns the next message for this connection if it
   * is ready. The caller must then send that message next, or nothing more over this connection.
   */
  readonly next?: () => Message | null;
}

/** Opens connections for one channel. A connection connects or writes nothing before its first message. */
export interface Transport {
  readonly channel: "outbox" | "smtp";
  /** For messages to the operator: `mail.example.org:587`, or a folder. */
  readonly name: string;
  readonly openConnection: () => Connection;
}
