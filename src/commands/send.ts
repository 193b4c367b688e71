import { sendTestLetter } from "../app/test-letter.js";
import type { CommandModule } from "./command.js";
import { collect, viewOf, withViewOptions } from "./options.js";
import type { ViewFlags } from "./options.js";

interface SendFlags extends ViewFlags {
  readonly to: string[];
  readonly dryRun?: true | undefined;
  readonly templates?: string | undefined;
}

/** `paperboy send SOURCE --to ADDRESS`: sends a test letter. */
export const send: CommandModule = {
  description: "Send a test letter, marked [test], only to the addresses given with --to.",
  examples: [
    "paperboy send yesterday --to you@example.com",
    "paperboy send fixtures/pages/daily.html --to you@example.com --dry-run",
  ],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "the source to send; see `paperboy --help`"))
      .requiredOption("--to <address>", "an address for the test letter (repeatable)", collect)
      .option("--dry-run", "do everything except sending; write nothing and open no mail connection")
      .option("--templates <dir>", "a folder of templates that replace the built-in ones of the same name")
      .action((source, { to, dryRun, templates, ...flags }: SendFlags) =>
        run(async (app) =>
          sendTestLetter(dryRun ? app.readOnly : app, source, {
            to,
            view: await viewOf(app, flags),
            dryRun,
            templates,
          }),
        ),
      ),
};
