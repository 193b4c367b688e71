import type { Command } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { ReasonCode } from "../core/errors.js";

/** How a command ended. */
export interface Outcome {
  /** Set by commands that deliver something; the others simply succeed. */
  readonly reason?: ReasonCode;
  /** One line for a person: what happened. */
  readonly message: string;
  /** What to do about it, where something is left to do. */
  readonly hint?: string;
  /** What the command is for: written to stdout as it is, instead of the message. */
  readonly data?: string;
  /** More of the result for `--json`, beside `reason`, `exit` and `message`. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** How a command wants the app. */
export interface RunnerOptions {
  /** Starts with a configuration that is wrong, too: then reading `app.config` throws, and whatever stands on it. */
  readonly evenMisconfigured?: boolean | undefined;
}

/** Lends an app to a command's work and takes its outcome; the cli hands it in. */
type Runner = (work: (app: App) => Promise<Outcome>, options?: RunnerOptions) => Promise<void>;

/** One command: what it declares, and what it does when it is called. */
export interface CommandModule {
  readonly description: string;
  readonly examples: readonly string[];
  /** Declares arguments and options, and calls `run` in its action. */
  define(command: Command, run: Runner): void;
}
