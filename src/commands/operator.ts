import type { App } from "../app.js";
import type { ReasonCode } from "../errors.js";
import { REASONS } from "../errors.js";
import { needsPerson } from "../round/round.js";
import type { Letter } from "../model.js";
import type { Store } from "../store/store.js";
import { mailerOf } from "./mailer.js";

const DAY_MS = 86_400_000;

interface RunEnd {
  readonly reason: ReasonCode;
  readonly message: string;
}

/**
 * Tells whoever looks after Paperboy that a run needs them: a mail to `operator:` (for the same cause at most once a day),
 * and the configured check address. Neither can make the run fail; a failure of theirs is a warning.
 */
export async function tellOperator(app: App, store: Store, end: RunEnd): Promise<void> {
  await ping(app, REASONS[end.reason].exit === 0 ? "" : "/fail");
  const { operator } = app.config.settings;
  if (operator === undefined || !needsPerson(end.reason)) return;
  const name = `operator-told:${end.reason}`;
  const last = await store.runs.get(name);
  const now = app.clock();
  if (typeof last === "string" && Number(now) - Date.parse(last) < DAY_MS) return;
  try {
    const mailer = await mailerOf(app);
    const transport = await app.transport();
    const message = await mailer.compose(noteOf(app, end), operator);
    const { state, detail } = await transport.send(message);
    if (state !== "sent") app.terminal.warn(`the operator could not be told: ${state}: ${detail}`);
    else await store.runs.set(name, now.toISOString());
  } catch (error) {
    app.terminal.warn(`the operator could not be told: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A letter of two sentences: what happened, and where to look. */
function noteOf({ home, clock }: App, { reason, message }: RunEnd): Letter {
  const means = `A run ended with ${reason}: ${REASONS[reason].means}.`;
  const where = `See \`paperboy status\` in ${home}.`;
  const html = [means, message, where].map((line) => `<p>${escaped(line)}</p>`).join("\n");
  return {
    editionId: `note:${reason}@${clock().toISOString()}`,
    subject: `Paperboy: ${reason}`,
    preheader: message,
    html: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Paperboy</title></head><body>\n${html}\n</body></html>\n`,
    text: `${[means, message, where].join("\n\n")}\n`,
    language: "en",
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Tells a service that watches cron jobs that a run began (`/start`), went well, or did not (`/fail`). */
export async function ping(app: App, suffix: "/start" | "" | "/fail"): Promise<void> {
  const { ping: address } = app.config.settings;
  if (address === undefined) return;
  try {
    const { request } = await import("../fetch/client.js");
    const { body } = await request(`${address}${suffix}`, { headersTimeout: 10_000, bodyTimeout: 10_000 });
    await body.dump();
  } catch (error) {
    app.terminal.warn(`the check address did not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}
