import type { Message } from "../model.js";
import type { Gate } from "./smtp-session.js";
import type { Verdict } from "./verdict.js";

/** One way along which messages leave, one after the other. */
export interface Lane {
  /**
   * Tries one message, once. Resolves with what became of it, also when nothing was reached. The gate is asked before
   * the last bytes leave; what it throws is thrown on, after the message was abandoned.
   */
  send(message: Message, gate: Gate, facts: { readonly attempt: number }): Promise<Verdict>;
  /** Says goodbye; waits for what is on its way. */
  close(): Promise<void>;
  /** Cuts the line: what is on its way ends at once. */
  abandon(): void;
}

/** Where lanes are opened. Nothing is connected or written before the first message. */
export interface Carrier {
  readonly channel: "outbox" | "smtp";
  /** What stands in messages: `mail.example.org:587`, a folder. */
  readonly name: string;
  openLane(): Lane;
}
