import type { Command } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { REASONS } from "../core/errors.js";
import type { Outcome } from "../core/outcome.js";
import { listSourceForms } from "../fetch/sources.js";

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

/** The flags of every command, as in the help. cli.ts declares them. */
export const GLOBAL_FLAGS = {
  home: {
    flags: "--home <dir>",
    means: "the folder with paperboy.yaml, outbox/ and pages/ (default: PAPERBOY_HOME, or the current folder)",
  },
  now: { flags: "--now <instant>", means: "use this instead of the current time, such as 2026-10-02T07:00:00Z" },
  json: { flags: "--json", means: "print the result as one JSON object on stdout" },
  quiet: { flags: "--quiet", means: "print only the result and errors" },
  verbose: { flags: "--verbose", means: "print all details and stack traces" },
} as const;

/** Returns the end of the program's help: the forms of SOURCE and the exit statuses. */
export function helpFooter(): string {
  const reasons = Object.entries(REASONS).map(([name, { exit, means }]) => `  ${exit}  ${name.padEnd(16)} ${means}`);
  return `\nSOURCE is one of:\n${listSourceForms()}\n\nExit status and reason of a run:\n${reasons.join("\n")}`;
}
