import type { App } from "../app.js";
import { PaperboyError } from "../errors.js";
import type { ReasonCode } from "../errors.js";
import type { Digest, Edition, Letter, Source } from "../model.js";
import { compose } from "../pipeline.js";
import { deliver } from "../send/deliver.js";
import type { Counts } from "../send/deliver.js";
import type { CommandModule, Outcome } from "./command.js";
import { tellDelivery, tellDigest, tellLetter, tellReading } from "./journey.js";
import { soundLetter } from "./letter.js";
import { mailerOf, readersOf } from "./mailer.js";
import { collect, viewOf, withViewOptions } from "./options.js";
import type { ViewFlags } from "./options.js";

interface RunFlags extends ViewFlags {
  readonly to?: string[] | undefined;
  readonly early?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly templates?: string | undefined;
}

/** `paperboy run SOURCE`: the whole pipeline, from the page to the mail. */
export const run: CommandModule = {
  description:
    "Fetch, read, rank, render and send. Without SMTP in the configuration the letters are written to outbox/ and nobody is mailed.",
  examples: [
    "paperboy run fixtures/pages/daily.html --to you@example.com",
    "paperboy run yesterday --dry-run --json",
    "paperboy run 2026-10-02 --include agents --limit 10",
  ],
  define: (command, lend) =>
    withViewOptions(command.argument("<source>", "what to send; see `paperboy --help`"))
      .option(
        "--to <address>",
        "mail this person (may be given again); `to:` in the configuration are mailed too",
        collect,
      )
      .option("--early", "take a day that is still filling, marked so")
      .option("--dry-run", "do everything but send: no connection for mail, nothing written")
      .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
      .action((source, flags) => lend((app) => runOnce(app, app.source(source), flags))),
};

async function runOnce(app: App, source: Source, flags: RunFlags): Promise<Outcome> {
  const readOnly = flags.dryRun ?? false;
  const readers = readersOf(app, flags.to);
  const mailer = await mailerOf(app, { readOnly });
  const transport = readOnly ? null : await app.transport();
  const wish = { source, view: viewOf(app, flags), early: flags.early ?? false };

  const { reading, edition, digest } = await compose(wish, await app.parts({ readOnly })); // fetch, parse, rank
  tellReading(app.terminal, reading);
  tellDigest(app.terminal, digest);
  if (digest.kept.length === 0) throw nothingDue(digest);

  const letter = await soundLetter(app, digest, { readers, templates: flags.templates }); // render
  tellLetter(app.terminal, letter, digest);
  if (!transport) return dryRun(edition, letter, readers);

  const messages = await Promise.all(readers.map((reader) => mailer.compose(letter, reader)));
  const { counts, stopped } = await deliver(messages, transport, (delivery) => tellDelivery(app, delivery)); // send
  if (stopped) app.terminal.warn([stopped.message, stopped.hint].filter(Boolean).join(" "));
  return report(edition, { counts, letter, channel: transport.name });
}

function nothingDue({ edition, dropped }: Digest): PaperboyError {
  return new PaperboyError("nothing-due", {
    message: `none of the ${edition.papers.length} papers of ${edition.source} fits the view: ${dropped.length} dropped`,
    hint: `See why with: paperboy explain ${edition.source}`,
  });
}

interface Sent {
  readonly counts: Counts;
  readonly letter: Letter;
  readonly channel: string;
}

function report(edition: Edition, { counts, letter, channel }: Sent): Outcome {
  const reason: ReasonCode = counts.sent === counts.prepared ? "sent" : "send-incomplete";
  const what = channel === "outbox" ? "written to outbox/, nobody was mailed" : "accepted by the mail server";
  const rest = Object.entries(counts)
    .filter(([state, count]) => state !== "prepared" && state !== "sent" && count > 0)
    .map(([state, count]) => `, ${count} ${state}`);
  return {
    reason,
    message: `${counts.sent} of ${counts.prepared} letters ${what}${rest.join("")}: ${letter.subject}`,
    result: { editions: [editionResult(edition, counts)] },
  };
}

function dryRun(edition: Edition, letter: Letter, readers: readonly string[]): Outcome {
  const none = { sent: 0, deferred: 0, refused: 0, uncertain: 0, suppressed: 0, expired: 0 };
  const counts: Counts = { prepared: readers.length, ...none, pending: readers.length };
  return {
    reason: "sent",
    message: `dry run: ${readers.length} ${readers.length === 1 ? "letter" : "letters"} would go out: ${letter.subject}`,
    result: { dryRun: true, editions: [editionResult(edition, counts)] },
  };
}

function editionResult({ id, source, date, papers }: Edition, counts: Counts) {
  return { id, source, date, papers: papers.length, counts };
}
