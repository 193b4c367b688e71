import type { ReasonCode } from "./errors.js";

/** How a command ended. */
export interface Outcome {
  /** Why the command ended; absent when it simply succeeded. */
  readonly reason?: ReasonCode;
  /** The outcome in one line, for people. */
  readonly message: string;
  /** What to do next, if anything. */
  readonly hint?: string;
  /** The command's output, written to stdout unchanged instead of the message. */
  readonly data?: string;
  /** Further fields for `--json`, next to `reason`, `exit` and `message`. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The outcome of a run, which always has a reason. */
export interface RunOutcome extends Outcome {
  readonly reason: ReasonCode;
  /**
   * Whether to mail the operator: `news`, which they were not mailed before, in any case; `daily`, at most once a day; `none`.
   * Without it the reason decides.
   */
  readonly alert?: Alert;
  /** The ids of editions with failed letters that were not reported before; the alert quotes the server's replies to them. */
  readonly failedEditions?: readonly string[];
}

export type Alert = "news" | "daily" | "none";
