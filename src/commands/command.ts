import type { Command } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { Outcome } from "../core/outcome.js";

export type { Outcome };

interface WithAppOptions {
  /** Builds the app even if the configuration is invalid. Reading `app.config` then throws. */
  readonly allowInvalidConfig?: boolean | undefined;
}

/** Runs `work` with an app and prints its outcome. `cli.ts` provides it. */
type WithApp = (work: (app: App) => Promise<Outcome>, options?: WithAppOptions) => Promise<void>;

/** A command in the list of `--help`, and a function that loads the rest of it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** One command: its help, its flags and its action. */
export interface CommandModule {
  readonly description: string;
  readonly examples: readonly string[];
  /** Declares arguments and options. The action calls `withApp`. */
  define(command: Command, withApp: WithApp): void;
}
