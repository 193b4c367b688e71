import { setTimeout as wait } from "node:timers/promises";
import type { App } from "./app.js";
import { drainTransactional, serveTransactional } from "../send/transactional/drain.js";
import type { TransactionalParts } from "../send/transactional/drain.js";
import type { Store } from "../store/store.js";
import { contextOf } from "./recipients.js";
import { isPaused } from "./pause.js";

/** Sends the single mails (confirmations, answers) that are due; answers how many were accepted. Nothing while paused. */
export async function sendTransactional(app: App, store: Store): Promise<number> {
  if (await isPaused(store)) return 0;
  // Most runs find nothing here, and need no connection for it.
  if ((await store.transactional.waiting(app.clock())).mails === 0) return 0;
  return drainTransactional(await partsOf(app, store));
}

/** Sends single mails as they come until the process is asked to stop. */
export async function keepSending(app: App, store: Store): Promise<void> {
  await serveTransactional({
    ...(await partsOf(app, store)),
    isPaused: () => isPaused(store),
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
    onError: (error) => app.terminal.warn(`mails wait: ${error instanceof Error ? error.message : String(error)}`),
  });
}

async function partsOf(app: App, store: Store): Promise<TransactionalParts> {
  const [{ composeTransactional }, context, mailer] = await Promise.all([
    import("../send/transactional/compose.js"),
    contextOf(app),
    app.mailer(),
  ]);
  return {
    transactional: store.transactional,
    send: (message) => mailer.send(message),
    compose: (mail) => composeTransactional(mail, { ...context, date: app.clock() }),
    clock: app.clock,
    signal: app.environment.signal,
  };
}
