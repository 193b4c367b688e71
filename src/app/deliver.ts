import { setTimeout as wait } from "node:timers/promises";
import type { App } from "./app.js";
import { PaperboyError } from "../core/errors.js";
import type { Transport } from "../send/transport.js";
import { drain } from "../send/worker/drain.js";
import type { SavedEdition, Store } from "../store/store.js";
import { printDeliveries } from "./progress.js";
import { contextOf } from "./recipients.js";
import { isPaused } from "./pause.js";

export interface DrainWish {
  readonly store: Store;
  readonly transport: Transport;
  readonly editions: readonly SavedEdition[];
  readonly flags: { readonly wait?: boolean | undefined; readonly onUncertain?: "hold" | "resend" | undefined };
}

/** How often to look whether others are done, in ms. */
const OTHERS_MS = 500;

/**
 * Delivers what is due of these editions, and stays until workers who deliver them too are done, so that what is told of
 * them at the end is how they ended. A worker who died is waited for no longer than its lease.
 */
export async function drainWithOthers(app: App, wish: DrainWish): Promise<PaperboyError | null> {
  for (;;) {
    const stopped = await drainEditions(app, wish);
    if (stopped !== null || app.environment.signal.aborted || !(await othersHold(wish))) return stopped;
    await sleep(OTHERS_MS, app.environment.signal);
  }
}

/** Whether anybody holds claims; over a file nobody can, since one run at a time has it. */
async function othersHold({ store, editions }: DrainWish): Promise<boolean> {
  if (store.kind === "sqlite") return false;
  for (const { edition } of editions) {
    const held = await store.ledger.list({ editionId: edition.id, state: "claimed", after: 0, limit: 1 });
    if (held.length > 0) return true;
  }
  return false;
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, null, { signal }).catch(() => null);
}

/** Delivers what is due of these editions; answers with what stopped it, or null. */
export async function drainEditions(
  app: App,
  { store, transport, editions, flags }: DrainWish,
): Promise<PaperboyError | null> {
  if (await isPaused(store)) return paused();
  if (flags.onUncertain === "resend") {
    for (const { edition } of editions) {
      await store.ledger.decide({ from: "uncertain", to: "pending", editionId: edition.id }, app.clock());
    }
  }
  const context = await contextOf(app);
  const { connections, perSecond, perMinute, perHour, perDay, perDomain } = app.config.settings.delivery;
  const progress = printDeliveries(app);
  const { stopped } = await drain({
    // A pause holds for those who are sending already, too: they claim nothing more.
    ledger: { ...store.ledger, claim: async (query) => ((await isPaused(store)) ? [] : store.ledger.claim(query)) },
    editions: store.editions,
    runs: store.runs,
    transport,
    editionIds: editions.map(({ edition }) => edition.id),
    context: ({ preparedAt }) => ({ ...context, date: preparedAt }),
    clock: app.clock,
    wall: Date.now,
    sleep,
    random: Math.random,
    signal: app.environment.signal,
    limits: {
      connections,
      ...(perDomain === undefined ? {} : { perDomain }),
      rate: given({ perSecond, perMinute, perHour, perDay }),
    },
    wait: flags.wait ?? false,
    onAttempt: ({ address }, { state, detail }) => progress.add({ to: address, state, detail }),
  });
  progress.end(stopped);
  if (stopped === null) return (await isPaused(store)) ? paused() : null;
  return new PaperboyError("send-incomplete", { message: stopped.message, hint: stopped.hint, retryable: true });
}

function paused(): PaperboyError {
  const hint = "Go on with `paperboy resume`.";
  return new PaperboyError("send-incomplete", { message: "sending is paused", hint, retryable: true });
}

function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
