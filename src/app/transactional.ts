import { setTimeout as wait } from "node:timers/promises";
import type { App } from "./app.js";
import { drainOutgoing, serveOutgoing } from "../send/transactional/drain.js";
import type { OutgoingParts } from "../send/transactional/drain.js";
import type { Store } from "../store/store.js";
import { contextOf } from "./recipients.js";
import { isPaused } from "../commands/pause.js";

/** Sends the single mails (confirmations, answers) that are due; answers how many were accepted. Nothing while paused. */
export async function sendOutgoing(app: App, store: Store): Promise<number> {
  if (await isPaused(store)) return 0;
  // Most runs find nothing here, and need no connection for it.
  if ((await store.outgoing.waiting(app.clock())).mails === 0) return 0;
  return drainOutgoing(await partsOf(app, store));
}

/** Sends single mails as they come until the process is asked to stop. */
export async function keepSending(app: App, store: Store): Promise<void> {
  await serveOutgoing({
    ...(await partsOf(app, store)),
    isPaused: () => isPaused(store),
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
    onTrouble: (error) => app.terminal.warn(`mails wait: ${error instanceof Error ? error.message : String(error)}`),
  });
}

async function partsOf(app: App, store: Store): Promise<OutgoingParts> {
  const [{ composeService }, context, transport] = await Promise.all([
    import("../send/service.js"),
    contextOf(app),
    app.transport(),
  ]);
  return {
    outgoing: store.outgoing,
    send: (message) => transport.send(message),
    compose: (mail) => composeService(mail, { ...context, date: app.clock() }),
    clock: app.clock,
    signal: app.environment.signal,
  };
}
