import type { App } from "../app/app.js";
import { run as runOnce } from "../app/run.js";
import type { RunRequest } from "../app/run-parts.js";
import type { CommandModule } from "./command.js";
import { collect, oneOf, viewOf, withViewOptions } from "./options.js";
import type { ViewFlags } from "./options.js";

interface RunFlags extends ViewFlags {
  readonly to?: string[] | undefined;
  readonly early?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly wait?: true | undefined;
  readonly acceptRestored?: true | undefined;
  readonly onUncertain: "hold" | "resend";
  readonly templates?: string | undefined;
}

/** `paperboy run [SOURCE]`: everything from the page to the mail. */
export const run: CommandModule = {
  description:
    "Fetch, parse, rank, render and send what is due to all subscribers, or to the people you name. Each reader gets an edition " +
    "once, and a run with --to leaves it due for everybody else. Without SOURCE: every completed day since the last one that was " +
    "sent, at most seven. Without SMTP settings letters are written to outbox/.",
  examples: [
    "paperboy run",
    "paperboy run fixtures/pages/daily.html --to you@example.com",
    "paperboy run yesterday --dry-run --json",
    "paperboy run 2026-10-02 --to you@example.com --include agents --limit 10",
  ],
  define: (command, withApp) =>
    withViewOptions(command.argument("[source]", "what to send; see `paperboy --help`"))
      .option("--to <address>", "send to this person only (repeatable); default: all subscribers and `to:`", collect)
      .option("--early", "send a day that is still filling; the letter says so")
      .option("--wait", "keep trying deferred messages until the edition's deadline")
      .option(
        "--on-uncertain <action>",
        "messages that may have arrived: hold them, or resend them once",
        oneOf(["hold", "resend"]),
        "hold" as const,
      )
      .option("--accept-restored", "continue with a database that was restored from a backup")
      .option("--dry-run", "stop before letters are saved and sent: nothing is written, no mail connection is opened")
      .option("--templates <dir>", "a folder whose files replace the built-in templates of the same name")
      .action((source, flags) => withApp(async (app) => runOnce(app, await requestOf(app, source, flags)))),
};

async function requestOf(app: App, source: string | undefined, flags: RunFlags): Promise<RunRequest> {
  const { to, early, dryRun, wait, acceptRestored, onUncertain, templates } = flags;
  return {
    source: source === undefined ? null : app.source(source),
    to: to ?? null,
    view: await viewOf(app, flags),
    early: early ?? false,
    dryRun: dryRun ?? false,
    wait: wait ?? false,
    onUncertain,
    acceptRestored: acceptRestored ?? false,
    templates,
  };
}
