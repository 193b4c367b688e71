import { REASONS } from "../core/errors.js";
import { listSourceForms } from "../fetch/sources.js";

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
