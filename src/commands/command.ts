import type { Command } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { Outcome } from "../core/outcome.js";

export type { Outcome };

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
