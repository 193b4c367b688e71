import { stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { App } from "./app.js";
import type { ReasonCode } from "../core/errors.js";
import { REASONS } from "../core/errors.js";
import { escapeContent } from "../core/escape.js";
import { needsPerson } from "../editions/results.js";
import type { Letter } from "../core/model.js";
import type { Store } from "../store/store.js";
import { composerOf } from "./recipients.js";
import { leftForPerson, readRunResult } from "./run-result.js";

const DAY_MS = 86_400_000;

/** How a run ended, as its operator is told. */
export interface RunEnd {
  readonly reason: ReasonCode;
  readonly message: string;
  /** What to do about it; absent where the message says all. */
  readonly hint?: string | undefined;
  /** The counts of its editions, and what stopped it. */
  readonly result?: unknown;
}

/**
 * Tells whoever looks after Paperboy that a run needs them: a mail to `alertTo` (for the same cause at most once a day),
 * and the configured check address. Neither can make the run fail; a failure of theirs is a warning.
 * @param store null where the store itself could not be opened.
 */
export async function alertOperator(app: App, store: Store | null, end: RunEnd): Promise<void> {
  await ping(app, REASONS[end.reason].exit === 0 ? "" : "/fail");
  const { alertTo } = app.config.settings;
  if (alertTo === undefined || !isForPerson(end)) return;
  try {
    const told = store === null || end.reason === "store-failed" ? toldByFile(app, end) : toldByStore(store, end);
    const last = await told.last();
    if (last !== null && Number(app.clock()) - Number(last) < DAY_MS) return;
    const composer = await composerOf(app);
    const mailer = await app.mailer();
    const { state, detail } = await mailer.send(await composer.compose(noteOf(app, end), alertTo));
    if (state === "sent") await told.note(app.clock());
    else app.terminal.warn(`the operator could not be told: ${state}: ${detail}`);
  } catch (error) {
    app.terminal.warn(`the operator could not be told: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isForPerson({ reason, result }: RunEnd): boolean {
  return reason === "send-incomplete" ? leftForPerson(readRunResult(result)) : needsPerson(reason);
}

/** When the operator was last told of a cause. */
interface Told {
  last(): Promise<Date | null>;
  note(now: Date): Promise<void>;
}

function toldByStore({ runs }: Store, { reason }: RunEnd): Told {
  const name = `operator-told:${reason}`;
  return {
    last: async () => {
      const last = await runs.get(name);
      return typeof last === "string" ? new Date(last) : null;
    },
    note: (now) => runs.set(name, now.toISOString()),
  };
}

/** Where the store is what failed: the time of an empty file in home, which even a full disk has room for. */
function toldByFile({ home }: App, { reason }: RunEnd): Told {
  const file = path.join(home, `operator-told.${reason}`);
  return {
    last: async () => (await stat(file).catch(() => null))?.mtime ?? null,
    note: async (now) => {
      await writeFile(file, "");
      await utimes(file, now, now);
    },
  };
}

/** A letter of a few sentences: what happened, what to do, and where to look. */
function noteOf({ home, clock }: App, { reason, message, hint = "" }: RunEnd): Letter {
  const means = `A run ended with ${reason}: ${REASONS[reason].means}.`;
  const where = `See \`paperboy status\` and \`paperboy doctor\` in ${home}.`;
  const lines = [means, message, ...hint.split("\n").filter(Boolean), where];
  const html = lines.map((line) => `<p>${escapeContent(line)}</p>`).join("\n");
  return {
    editionId: `note:${reason}@${clock().toISOString()}`,
    subject: `Paperboy: ${reason}`,
    preheader: message,
    html: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Paperboy</title></head><body>\n${html}\n</body></html>\n`,
    text: `${lines.join("\n\n")}\n`,
    language: "en",
  };
}

/** Tells a service that watches cron jobs that a run began (`/start`), went well, or did not (`/fail`). */
export async function ping(app: App, suffix: "/start" | "" | "/fail"): Promise<void> {
  const { healthcheckUrl: address } = app.config.settings;
  if (address === undefined) return;
  try {
    await get(new URL(`${address}${suffix}`));
  } catch (error) {
    app.terminal.warn(`the check address did not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function get({ origin, pathname, search }: URL): Promise<void> {
  const { Pool } = await import("../fetch/client.js");
  const service = new Pool(origin);
  try {
    const asked = { path: pathname + search, method: "GET", headersTimeout: 10_000, bodyTimeout: 10_000 } as const;
    await (await service.request(asked)).body.dump();
  } finally {
    await service.destroy();
  }
}
