import { messageOf } from "../core/errors.js";
import type { Clock } from "../core/model.js";
import { sleep } from "../core/until-aborted.js";
import type { Mailer } from "../send/mailer.js";
import type { ComposeContext } from "../send/message/template.js";
import { drainTransactional, serveTransactional } from "../send/transactional/drain.js";
import type { TransactionalParts } from "../send/transactional/drain.js";
import { isPaused } from "../send/worker/holds.js";
import type { Store } from "../store/store.js";
import type { App } from "./app.js";
import { contextOf } from "./recipients.js";
import type { MessageApp } from "./recipients.js";

/** The parts that sending transactional mail uses. */
export interface TransactionalSender {
  readonly store: Pick<Store, "runs" | "transactional">;
  readonly context: () => Promise<Omit<ComposeContext, "date">>;
  readonly mailer: () => Promise<Mailer>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

type SendingApp = MessageApp & Pick<App, "clock" | "environment" | "mailer" | "terminal">;

/** Returns the configured parts for transactional mail. */
export function transactionalSender(app: SendingApp, store: TransactionalSender["store"]): TransactionalSender {
  return {
    store,
    context: () => contextOf(app),
    mailer: () => app.mailer(),
    clock: app.clock,
    signal: app.environment.signal,
    warn: (message) => app.terminal.warn(message),
  };
}

/** Sends the due transactional mails, unless sending is paused. Returns the number of accepted mails. */
export async function sendTransactional(sender: TransactionalSender): Promise<number> {
  const { store, clock } = sender;
  if (await isPaused(store)) return 0;
  // Most runs find none, so do not connect yet.
  if ((await store.transactional.waiting(clock())).mails === 0) return 0;
  return drainTransactional(await partsOf(sender));
}

/** Sends transactional mails as they are queued, until the signal aborts. */
export async function serveTransactionalMails(sender: TransactionalSender): Promise<void> {
  await serveTransactional({
    ...(await partsOf(sender)),
    isPaused: () => isPaused(sender.store),
    sleep,
    onError: (error) => sender.warn(`transactional mails were not sent: ${messageOf(error)}`),
  });
}

async function partsOf(sender: TransactionalSender): Promise<TransactionalParts> {
  const { store, clock, signal } = sender;
  const [{ composeTransactional }, context, mailer] = await Promise.all([
    import("../send/transactional/compose.js"),
    sender.context(),
    sender.mailer(),
  ]);
  return {
    transactional: store.transactional,
    send: (message) => mailer.send(message),
    compose: (mail) => composeTransactional(mail, { ...context, date: clock() }),
    clock,
    signal,
  };
}
