import type { ReasonCode } from "./errors.js";

/** How a command ended. */
export interface Outcome {
  /** The reason, for commands that can end in more than one way; without it the command succeeded. */
  readonly reason?: ReasonCode;
  /** One line for a person: what happened. */
  readonly message: string;
  /** What to do next, if anything. */
  readonly hint?: string;
  /** The command's product, written to stdout unchanged in place of the message. */
  readonly data?: string;
  /** Further fields for `--json`, next to `reason`, `exit` and `message`. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The outcome of a run, which always has a reason. */
export type RunOutcome = Outcome & { readonly reason: ReasonCode };
