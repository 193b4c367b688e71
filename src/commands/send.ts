import { sendTestLetter } from "../app/test-letter.js";
import type { CommandModule } from "./command.js";
import { collect, TEMPLATES, viewOf, withViewOptions } from "./options.js";

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
      .option(...TEMPLATES)
      .action((source, { to, dryRun, templates, ...flags }) =>
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
