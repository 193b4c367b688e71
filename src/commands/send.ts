import type { App } from "../app/app.js";
import { readEdition } from "../editions/read-edition.js";
import { rank } from "../rank/digest.js";
import { deliver } from "../send/mailer.js";
import type { CommandModule, Outcome } from "./command.js";
import { printDeliveries } from "../app/progress.js";
import { renderCheckedLetter } from "../app/letter.js";
import { addressOf, composerOf } from "../app/recipients.js";
import { collect, viewOf, withViewOptions } from "./options.js";
import type { ViewFlags } from "./options.js";

interface SendFlags extends ViewFlags {
  readonly to: string[];
  readonly dryRun?: true | undefined;
  readonly templates?: string | undefined;
}

/** `paperboy send SOURCE --to A`: sends test letters, marked as such. */
export const send: CommandModule = {
  description: "Send a test letter, marked [test], to the addresses given with --to only.",
  examples: [
    "paperboy send yesterday --to you@example.com",
    "paperboy send fixtures/pages/daily.html --to you@example.com --dry-run",
  ],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "what to send; see `paperboy --help`"))
      .requiredOption("--to <address>", "an address for the test letter (repeatable)", collect)
      .option("--dry-run", "do everything except send: no mail connection, nothing written")
      .option("--templates <dir>", "a folder whose files replace the built-in templates of the same name")
      .action((source, flags) => run((app) => sendTest(app, source, flags))),
};

/** Sends a test letter of a source to the given addresses. Throws as the stages do, and `usage` for an invalid address. */
export async function sendTest(
  app: App,
  source: string,
  { to, dryRun, templates, ...flags }: SendFlags,
): Promise<Outcome> {
  const readOnly = dryRun ?? false;
  const readers = [...new Set(to.map((text) => addressOf(app, text, "--to")))];
  const composer = await composerOf(app, { test: true, readOnly });
  const mailer = await app.mailer();
  const view = await viewOf(app, flags);
  const read = await readEdition({ source: app.source(source), early: true }, await app.parts({ readOnly }));
  if ("reason" in read) return read;
  const digest = rank(read.edition, view);
  const letter = await renderCheckedLetter(app, digest, { readers, templates });
  const messages = await Promise.all(readers.map((reader) => composer.compose(letter, reader)));
  if (dryRun) return dryRunOutcome(readers, letter.subject);
  const progress = printDeliveries(app);
  const { counts, stopped } = await deliver(messages, mailer, progress.add);
  progress.end(stopped);
  const where = mailer.name === "outbox" ? "written to outbox/" : "accepted by the mail server";
  return {
    reason: counts.sent === counts.prepared ? "sent" : "send-incomplete",
    message: `${counts.sent} of ${counts.prepared} test letters ${where}${stopped ? `: ${stopped.message}` : ""}`,
    ...(stopped?.hint ? { hint: stopped.hint } : {}),
    result: { counts },
  };
}

function dryRunOutcome(readers: readonly string[], subject: string): Outcome {
  const letters = readers.length === 1 ? "1 test letter" : `${readers.length} test letters`;
  return {
    reason: "sent",
    message: `dry run: ${letters} would be sent: ${subject}`,
    result: { dryRun: true, readers },
  };
}
