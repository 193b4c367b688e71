import { run as runOnce } from "../app/run.js";
import type { CommandModule } from "./command.js";
import { collect, oneOf, TEMPLATES, viewOf, withViewOptions } from "./options.js";

/** `paperboy run [SOURCE]`: runs all stages from the page to the mail. */
export const run: CommandModule = {
  description:
    "Fetch, parse, rank, render and send the due editions to all subscribers, or to the people you name. Each reader gets an edition " +
    "once, and a run with --to leaves it due for all others. The default SOURCE is every completed day since the last one that was " +
    "sent, at most seven. Without SMTP settings, letters are written to outbox/.",
  examples: [
    "paperboy run",
    "paperboy run fixtures/pages/daily.html --to you@example.com",
    "paperboy run yesterday --dry-run --json",
    "paperboy run 2026-10-02 --to you@example.com --include agents --limit 10",
  ],
  define: (command, withApp) =>
    withViewOptions(command.argument("[source]", "the source to send; see `paperboy --help`"))
      .option("--to <address>", "send only to this person (repeatable; default: all subscribers and `to:`)", collect)
      .option("--early", "send a day before it is complete; the letter says so")
      .option("--wait", "retry deferred messages until the edition's deadline")
      .option(
        "--on-uncertain <action>",
        "hold messages that may have arrived, or resend them once",
        oneOf(["hold", "resend"]),
        "hold" as const,
      )
      .option("--accept-restored", "continue with a database that was restored from a backup")
      .option("--dry-run", "stop before letters are saved and sent; write nothing and open no mail connection")
      .option(...TEMPLATES)
      .action((source, flags) =>
        withApp(async (app) =>
          runOnce(app, {
            ...flags,
            source: source === undefined ? null : app.source(source),
            view: await viewOf(app, flags),
          }),
        ),
      ),
};
