import { stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { App } from "./app.js";
import type { ReasonCode } from "../core/errors.js";
import { REASONS } from "../core/errors.js";
import { escapeContent } from "../core/escape.js";
import { needsAction, needsPerson, readRunResult } from "../editions/results.js";
import type { Letter } from "../core/model.js";
import type { Alert } from "../core/outcome.js";
import { holdSentence, noteHoldsTold, readHolds } from "../send/worker/holds.js";
import type { Channel, Store } from "../store/store.js";
import { earlierFailures } from "./failed-letters.js";
import { composerOf } from "./recipients.js";

const DAY_MS = 86_400_000;

/** How a run ended. */
export interface RunEnd {
  readonly reason: ReasonCode;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** The counts of its editions, and its failures. */
  readonly result?: unknown;
  readonly alert?: Alert | undefined;
}

/**
 * Alerts the operator to a run that needs a person: by mail to `alertTo`, at most once a day for the same reason unless there is
 * news, and by `healthcheckUrl`. A failed alert is a warning and never fails the run.
 * @param store null when the store could not be opened.
 */
export async function alertOperator(app: App, store: Store | null, end: RunEnd): Promise<void> {
  await ping(app, REASONS[end.reason].exit === 0 ? "" : "/fail");
  const { alertTo } = app.config.settings;
  if (alertTo === undefined || !isForPerson(end)) return;
  try {
    const alerted =
      store === null || end.reason === "store-failed" ? alertedByFile(app, end) : alertedByStore(store, end);
    const last = await alerted.last();
    const isRecent = last !== null && Number(app.clock()) - Number(last) < DAY_MS;
    if (isRecent && end.alert !== "news" && !(store !== null && (await hasNewHolds(store, app.clock())))) return;
    const composer = await composerOf(app);
    const mailer = await app.mailer();
    const { state, detail } = await mailer.send(await composer.compose(alertLetter(app, end), alertTo));
    if (state === "sent") {
      await alerted.note(app.clock());
      if (store !== null) await noteHoldsTold(store.runs, "smtp", app.clock());
    } else app.terminal.warn(`the alert to the operator was not sent: ${state}: ${detail}`);
  } catch (error) {
    app.terminal.warn(
      `the alert to the operator was not sent: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** How long a mail to the operator may wait for the mail server, in ms. */
const TELL_WITHIN_MS = 3 * DAY_MS;

/**
 * Tells the operator once about uncertain and expired letters, and about letters that are held, that no run has reported: a worker
 * found them. The mail to `alertTo` is queued, since the mail server may be the cause. The next run's result has the letters, too.
 */
export async function tellOperator(app: App, store: Store, channel: Channel): Promise<void> {
  const now = app.clock();
  const letters = earlierFailures(await store.ledger.reportFailures({ channel, as: "mail" }, now));
  const holds = (await readHolds(store.runs, channel, now)).filter(({ isTold }) => !isTold);
  const found = [
    ...letters.filter(({ isNotice }) => !isNotice),
    ...holds.map((hold) => ({ message: holdSentence(hold), hint: hold.hint })),
  ];
  if (found.length === 0) return;
  const message = found.map((one) => one.message).join("; ");
  const hint = found.flatMap((one) => one.hint ?? []).join("\n");
  app.terminal.warn(message);
  const { alertTo } = app.config.settings;
  if (alertTo !== undefined) {
    const { subject, text, html } = alertLetter(app, { reason: "send-incomplete", message, hint });
    const sendBefore = new Date(Number(now) + TELL_WITHIN_MS);
    await store.transactional.enqueue({ kind: "note", to: alertTo, subject, text, html, headers: {}, sendBefore }, now);
  }
  if (holds.length > 0) await noteHoldsTold(store.runs, channel, now);
}

/** Whether letters are held for a cause that the operator was not told. */
async function hasNewHolds({ runs }: Store, now: Date): Promise<boolean> {
  return (await readHolds(runs, "smtp", now)).some(({ isTold }) => !isTold);
}

function isForPerson({ reason, result, alert }: RunEnd): boolean {
  if (alert !== undefined) return alert !== "none";
  return reason === "send-incomplete" ? needsAction(readRunResult(result)) : needsPerson(reason);
}

/** When the operator was last alerted to a reason. */
interface Alerted {
  last(): Promise<Date | null>;
  note(now: Date): Promise<void>;
}

function alertedByStore({ runs }: Store, { reason }: RunEnd): Alerted {
  const name = `operator-told:${reason}`;
  return {
    last: async () => {
      const last = await runs.get(name);
      return typeof last === "string" ? new Date(last) : null;
    },
    note: (now) => runs.set(name, now.toISOString()),
  };
}

/** Used when the store failed: the time of an empty file in home, for which even a full disk has room. */
function alertedByFile({ home }: App, { reason }: RunEnd): Alerted {
  const file = path.join(home, `operator-told.${reason}`);
  return {
    last: async () => (await stat(file).catch(() => null))?.mtime ?? null,
    note: async (now) => {
      await writeFile(file, "");
      await utimes(file, now, now);
    },
  };
}

/** Writes the alert: what happened, what to do, and where to look. */
function alertLetter({ home, clock }: App, { reason, message, hint = "" }: RunEnd): Letter {
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

/** Reports to a cron monitor (`healthcheckUrl`) that a run started (`/start`), succeeded, or failed (`/fail`). */
export async function ping(app: App, suffix: "/start" | "" | "/fail"): Promise<void> {
  const { healthcheckUrl: address } = app.config.settings;
  if (address === undefined) return;
  try {
    await get(new URL(`${address}${suffix}`));
  } catch (error) {
    app.terminal.warn(`healthcheckUrl did not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function get({ origin, pathname, search }: URL): Promise<void> {
  const { Pool } = await import("../fetch/client.js");
  const service = new Pool(origin);
  try {
    const request = { path: pathname + search, method: "GET", headersTimeout: 10_000, bodyTimeout: 10_000 } as const;
    await (await service.request(request)).body.dump();
  } finally {
    await service.destroy();
  }
}
