import { distinctPeople } from "../core/address.js";
import type { View } from "../core/model.js";
import type { Outcome } from "../core/outcome.js";
import { counted } from "../core/text.js";
import { readEdition } from "../editions/read-edition.js";
import { rankLiked } from "./digest.js";
import type { LikedApp } from "./interests.js";
import { deliver } from "../send/mailer.js";
import type { App } from "./app.js";
import { renderCheckedLetter } from "./letter.js";
import { printDeliveries } from "./progress.js";
import { addressOf, composerOf } from "./recipients.js";

interface TestLetterOptions {
  readonly to: readonly string[];
  readonly view: View;
  /** Does everything except sending. Writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** A template folder that replaces the configured one. */
  readonly templates?: string | undefined;
}

type TestLetterApp = LikedApp & Pick<App, "clock" | "environment" | "mailer" | "renderer" | "secrets">;

/**
 * Sends a test letter of a source to the given addresses. Throws the errors of the stages, and `usage` for an invalid address.
 */
export async function sendTestLetter(
  app: TestLetterApp,
  source: string,
  { to, view, dryRun = false, templates }: TestLetterOptions,
): Promise<Outcome> {
  const readers = distinctPeople(to.map((text) => addressOf(app, text, "--to")));
  const composer = await composerOf(app, { isTest: true });
  const mailer = await app.mailer();
  const read = await readEdition({ source: app.source(source), early: true }, await app.parts());
  if ("reason" in read) return read;
  const digest = await rankLiked(app, read.edition, view);
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
  return {
    reason: "sent",
    message: `dry run: ${counted(readers.length, "test letter")} would be sent: ${subject}`,
    result: { dryRun: true, readers },
  };
}
