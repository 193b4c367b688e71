import { stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { App } from "./app.js";
import { messageOf, REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { needsAction, needsPerson, readRunResult } from "../editions/results.js";
import type { Delivery } from "../core/model.js";
import type { Alert } from "../core/outcome.js";
import { holdSentence, markHoldsReported, readHolds } from "../send/worker/holds.js";
import type { Channel, Store } from "../store/store.js";
import { alertMail, repliesOf } from "./alert-mail.js";
import { earlierFailures, failedEditions } from "./failed-letters.js";
import { contextOf } from "./recipients.js";
import type { MessageApp } from "./recipients.js";

const DAY_MS = 86_400_000;

/** The outcome of a run. */
export interface RunEnd {
  readonly reason: ReasonCode;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** The counts of its editions and its failures. */
  readonly result?: unknown;
  readonly alert?: Alert | undefined;
  /** See `RunOutcome`. */
  readonly failedEditions?: readonly string[] | undefined;
}

/** The parts of an app that alert the operator. */
export type AlertApp = MessageApp & Pick<App, "clock" | "mailer" | "mask" | "terminal">;

/**
 * Reports a run to `healthcheckUrl` and, if it needs the operator's attention, by mail to `alertTo`. Sends at most one mail per
 * reason and day, unless new letters failed. A failed alert is only a warning: it does not fail the run.
 * @param store null if the store could not be opened.
 */
export async function alertOperator(app: AlertApp, store: Store | null, end: RunEnd): Promise<void> {
  await ping(app, REASONS[end.reason].exit === 0 ? "" : "/fail");
  const { alertTo } = app.config.settings;
  if (alertTo === undefined || !needsAlert(end)) return;
  try {
    const lastAlert =
      store === null || end.reason === "store-failed"
        ? timeFile(path.join(app.home, `operator-alerted.${end.reason}`))
        : lastAlertInStore(store, end);
    const last = await lastAlert.get();
    const isRecent = last !== null && Number(app.clock()) - Number(last) < DAY_MS;
    if (isRecent && end.alert !== "news" && !(store !== null && (await hasNewHolds(store, app.clock())))) return;
    const { state, detail } = await sendAlert(app, store, { ...end, to: alertTo });
    if (state === "sent") {
      await lastAlert.set(app.clock());
      if (store !== null) await markHoldsReported(store.runs, "smtp", app.clock());
    } else app.terminal.warn(`the alert to the operator was not sent: ${state}: ${detail}`);
  } catch (error) {
    app.terminal.warn(`the alert to the operator was not sent: ${messageOf(error)}`);
  }
}

/** Sends the alert immediately, without the list's headers, so that a filter for the list does not hide it. */
async function sendAlert(
  app: AlertApp,
  store: Store | null,
  { to, ...end }: RunEnd & { readonly to: string },
): Promise<Delivery> {
  const { reason, message, hint = "", result } = end;
  const editions = result === undefined ? null : readRunResult(result).editions;
  const ids = [...(editions ?? []).map(({ id }) => id), ...(end.failedEditions ?? [])];
  const replies = store === null ? [] : await repliesOf(store.ledger, ids).catch(() => []);
  const mail = alertMail(app.mask.value({ reason, message, hint, editions, replies, home: app.home }));
  const date = app.clock();
  const { composeTransactional } = await import("../send/transactional/compose.js");
  const id = `alert-${reason}-${Number(date)}`;
  const context = { ...(await contextOf(app)), date };
  return (await app.mailer()).send(await composeTransactional({ id, to, headers: {}, ...mail }, context));
}

/** How long a mail to the operator may stay queued, in ms. */
const NOTICE_VALID_MS = 3 * DAY_MS;

/**
 * Notifies the operator once of uncertain, expired and held letters that a worker found. Queues the mail to `alertTo`, because
 * the mail server may be the cause. The result of the next run contains these letters as well.
 */
export async function notifyOperator(
  app: Pick<App, "clock" | "config" | "home" | "mask" | "terminal">,
  store: Store,
  channel: Channel,
): Promise<void> {
  const now = app.clock();
  const failed = await store.ledger.reportFailures({ channel, as: "mail" }, now);
  const holds = (await readHolds(store.runs, channel, now)).filter(({ isReported }) => !isReported);
  const found = [
    ...earlierFailures(failed).filter(({ isNotice }) => !isNotice),
    ...holds.map((hold) => ({ message: holdSentence(hold), hint: hold.hint })),
  ];
  if (found.length === 0) return;
  const message = found.map((one) => one.message).join("; ");
  const hint = found.flatMap((one) => one.hint ?? []).join("\n");
  app.terminal.warn(message);
  const { alertTo } = app.config.settings;
  if (alertTo !== undefined) {
    const replies = await repliesOf(store.ledger, failedEditions(failed));
    const facts = { reason: "send-incomplete", message, hint, editions: null, replies, home: app.home } as const;
    const { subject, text, html } = alertMail(app.mask.value(facts));
    const sendBefore = new Date(Number(now) + NOTICE_VALID_MS);
    await store.transactional.enqueue({ kind: "note", to: alertTo, subject, text, html, headers: {}, sendBefore }, now);
  }
  if (holds.length > 0) await markHoldsReported(store.runs, channel, now);
}

/** Whether letters are held for a cause that was not reported to the operator. */
async function hasNewHolds({ runs }: Store, now: Date): Promise<boolean> {
  return (await readHolds(runs, "smtp", now)).some(({ isReported }) => !isReported);
}

function needsAlert({ reason, result, alert }: RunEnd): boolean {
  if (alert !== undefined) return alert !== "none";
  return reason === "send-incomplete" ? needsAction(readRunResult(result)) : needsPerson(reason);
}

/** An instant that is kept between runs. */
interface StoredTime {
  get(): Promise<Date | null>;
  set(now: Date): Promise<void>;
}

function lastAlertInStore({ runs }: Store, { reason }: RunEnd): StoredTime {
  const name = `operator-alerted:${reason}`;
  return {
    get: async () => {
      const last = await runs.get(name);
      return typeof last === "string" ? new Date(last) : null;
    },
    set: (now) => runs.set(name, now.toISOString()),
  };
}

/** Stores an instant as the time of an empty file, for when the store fails. A full disk still has room for it. */
export function timeFile(file: string): StoredTime {
  return {
    get: async () => (await stat(file).catch(() => null))?.mtime ?? null,
    set: async (now) => {
      await writeFile(file, "");
      await utimes(file, now, now);
    },
  };
}

/** Reports to a cron monitor (`healthcheckUrl`) that a run started (`/start`), succeeded, or failed (`/fail`). */
export async function ping(app: Pick<App, "config" | "terminal">, suffix: "/start" | "" | "/fail"): Promise<void> {
  const { healthcheckUrl: address } = app.config.settings;
  if (address === undefined) return;
  try {
    await get(new URL(`${address}${suffix}`));
  } catch (error) {
    app.terminal.warn(`the request to healthcheckUrl failed: ${messageOf(error)}`);
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
