import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../app.js";
import { PaperboyError } from "../errors.js";
import type { Carrier } from "../send/lane.js";
import { drain } from "../send/worker.js";
import type { SavedEdition, Store } from "../store/store.js";
import { tellDeliveries } from "./journey.js";
import { contextOf } from "./mailer.js";
import { isPaused } from "./pause.js";

export interface DrainWish {
  readonly store: Store;
  readonly carrier: Carrier;
  readonly editions: readonly SavedEdition[];
  readonly flags: { readonly wait?: true | undefined; readonly onUncertain?: "hold" | "resend" | undefined };
}

/** Delivers what is due of these editions; answers with what stopped it, or null. */
export async function drainEditions(
  app: App,
  { store, carrier, editions, flags }: DrainWish,
): Promise<PaperboyError | null> {
  if (await isPaused(store)) return paused();
  if (flags.onUncertain === "resend") {
    for (const { edition } of editions) {
      await store.ledger.decide({ from: "uncertain", to: "pending", editionId: edition.id }, app.clock());
    }
  }
  const context = await contextOf(app);
  const { lanes, perSecond, perHour, perDay, perDomain } = app.config.settings.delivery;
  const tale = tellDeliveries(app);
  const { stopped } = await drain({
    // A pause holds for those who are sending already, too: they claim nothing more.
    ledger: { ...store.ledger, claim: async (query) => ((await isPaused(store)) ? [] : store.ledger.claim(query)) },
    editions: store.editions,
    runs: store.runs,
    carrier,
    editionIds: editions.map(({ edition }) => edition.id),
    context: ({ preparedAt }) => ({ ...context, date: preparedAt }),
    clock: app.clock,
    wall: Date.now,
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
    random: Math.random,
    signal: app.world.signal,
    limits: { lanes, ...(perDomain === undefined ? {} : { perDomain }), rate: given({ perSecond, perHour, perDay }) },
    wait: flags.wait ?? false,
    onAttempt: ({ address }, { state, detail }) => tale.tell({ to: address, state, detail }),
  });
  tale.end(stopped);
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
