import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../core/errors.js";
import { sleep } from "../core/until-aborted.js";
import { prepareWelcomes } from "../editions/welcome.js";
import { isPaused } from "../send/worker/holds.js";
import type { App } from "./app.js";
import { deliverEditions, deliveryParts } from "./deliver.js";
import { openLikedTexts } from "./interests.js";
import { renderCheckedLetter } from "./letter.js";

/** The named value with the wall time until which the site holds the run lock, in ms. */
const WELCOMING = "welcoming";

/** How long the site may hold the run lock before a run no longer waits for it, in ms. */
const MAX_HOLD_MS = 60_000;

const POLL_MS = 2_000;
const POLL_AFTER_ERROR_MS = 60_000;
const POLL_LOCK_MS = 200;

/**
 * Takes the run lock. Waits while the site holds it to send first letters, so that a run that cron started at this moment is not lost.
 * @returns false when another run holds it.
 */
export async function lockForRun(app: Pick<App, "lock" | "store">): Promise<boolean> {
  const store = await app.store();
  for (;;) {
    if (await app.lock()) return true;
    if (!(Number(await store.runs.get(WELCOMING)) > Date.now())) return false;
    await wait(POLL_LOCK_MS);
  }
}

/** Sends each reader who confirms the newest edition, until the process is asked to stop. Runs do the same, once an hour or so. */
export async function serveWelcomes(
  app: Pick<App, "environment" | "store" | "terminal" | "withNewApp">,
): Promise<void> {
  const { signal } = app.environment;
  const store = await app.store();
  while (!signal.aborted) {
    let pauseMs = POLL_MS;
    try {
      const [newcomer] = await store.signups.newcomers(1);
      if (newcomer !== undefined && !(await isPaused(store))) await app.withNewApp(sendWelcomes);
    } catch (error) {
      app.terminal.warn(`first letters were not sent: ${messageOf(error)}`);
      pauseMs = POLL_AFTER_ERROR_MS;
    }
    await sleep(pauseMs, signal);
  }
}

/** Prepares and sends the first letters of newcomers. If a run holds the lock, that run does it instead. */
async function sendWelcomes(app: App): Promise<void> {
  const { environment } = app;
  const transport = await app.transport();
  const store = await app.store();
  if (!(await app.lock())) return;
  await store.runs.set(WELCOMING, Date.now() + MAX_HOLD_MS);
  try {
    const welcomed = await prepareWelcomes({
      store,
      channel: transport.channel,
      now: app.clock(),
      likedBy: openLikedTexts(app),
      writeLetter: (digest) => renderCheckedLetter(app, digest, { readers: [], placeholders: true }),
    });
    const parts = { ...deliveryParts(app, { store, transport }), progress: () => NO_PROGRESS };
    for (const { edition, addresses } of welcomed) {
      const stopped = await deliverEditions(parts, { editions: [edition], recipients: addresses });
      if (stopped !== null) throw stopped;
      const { source } = edition.edition;
      environment.stderr.write(`${app.clock().toISOString()} first letters: ${source} to ${addresses.length}\n`);
    }
  } finally {
    await store.runs.set(WELCOMING, null);
  }
}

/** The log of the site names no reader. */
const NO_PROGRESS = { add: () => undefined, end: () => undefined };
