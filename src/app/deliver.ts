import { PaperboyError } from "../core/errors.js";
import type { Clock } from "../core/model.js";
import { sleep } from "../core/until-aborted.js";
import type { ComposeContext } from "../send/message/template.js";
import type { Transport } from "../send/transport.js";
import { drain } from "../send/worker/drain.js";
import { isPaused } from "../send/worker/holds.js";
import type { DrainLimits } from "../send/worker/types.js";
import type { SavedEdition, Store } from "../store/store.js";
import type { App } from "./app.js";
import { printDeliveries } from "./progress.js";
import { contextOf } from "./recipients.js";
import type { MessageApp } from "./recipients.js";

/** The parts that delivery uses. */
export interface DeliveryParts {
  readonly store: Store;
  readonly transport: Transport;
  /** Returns the values that all messages share, except the date, which depends on the edition. */
  readonly context: () => Promise<Omit<ComposeContext, "date">>;
  readonly limits: Partial<DrainLimits>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Starts to print progress. */
  readonly progress: () => ReturnType<typeof printDeliveries>;
}

/** Returns the configured parts for `deliverEditions`. */
export function deliveryParts(
  app: MessageApp & Pick<App, "clock" | "environment" | "terminal">,
  { store, transport }: Pick<DeliveryParts, "store" | "transport">,
): DeliveryParts {
  const { connections, perSecond, perMinute, perHour, perDay, perDomain } = app.config.settings.delivery;
  return {
    store,
    transport,
    context: () => contextOf(app),
    limits: {
      connections,
      ...(perDomain === undefined ? {} : { perDomain }),
      rate: { perSecond, perMinute, perHour, perDay },
    },
    clock: app.clock,
    signal: app.environment.signal,
    progress: () => printDeliveries(app),
  };
}

export interface DeliveryRequest {
  readonly editions: readonly SavedEdition[];
  /** Whether to wait for deferred letters and for the mail server. */
  readonly wait?: boolean | undefined;
  /** What to do with uncertain letters: `hold` keeps them, `resend` sends them again. */
  readonly onUncertain?: "hold" | "resend" | undefined;
  /** The addresses to deliver to; null for all. */
  readonly recipients?: readonly string[] | null;
  /** The minimum time between two attempts for held letters, in ms; 0 by default. */
  readonly probeEveryMs?: number;
}

/** How often to check whether other workers have finished, in ms. */
const POLL_MS = 500;

/**
 * Delivers the due letters of these editions, then waits for other workers that deliver them as well, so that the caller
 * reports final states. The claims of a dead worker end with their lease.
 * @returns the error that stopped the delivery, or null.
 */
export async function deliverWithOthers(parts: DeliveryParts, request: DeliveryRequest): Promise<PaperboyError | null> {
  for (;;) {
    const stopped = await deliverEditions(parts, request);
    if (stopped !== null || parts.signal.aborted || !(await othersHold(parts.store, request))) return stopped;
    await sleep(POLL_MS, parts.signal);
  }
}

/** Whether another worker holds claims. SQLite has no other worker, because a run holds the lock. */
async function othersHold(store: Store, { editions, recipients = null }: DeliveryRequest): Promise<boolean> {
  if (store.kind === "sqlite") return false;
  const readers = (await subscriberIds(store, recipients)) ?? [undefined];
  for (const { edition } of editions) {
    for (const subscriberId of readers) {
      const query = { editionId: edition.id, state: "claimed", after: 0, limit: 1 } as const;
      const held = await store.ledger.list({ ...query, ...(subscriberId === undefined ? {} : { subscriberId }) });
      if (held.length > 0) return true;
    }
  }
  return false;
}

/** Returns the ids of the subscribers with these addresses; null for all subscribers. */
async function subscriberIds(
  { subscribers }: Pick<Store, "subscribers">,
  recipients: readonly string[] | null,
): Promise<readonly number[] | null> {
  if (recipients === null) return null;
  const found = await Promise.all(recipients.map((address) => subscribers.find(address)));
  return found.flatMap((subscriber) => subscriber?.id ?? []);
}

/** Delivers the due letters of these editions. Returns the error that stopped the delivery, or null. */
export async function deliverEditions(
  { store, transport, context, limits, clock, signal, progress }: DeliveryParts,
  { editions, wait = false, onUncertain, recipients = null, probeEveryMs = 0 }: DeliveryRequest,
): Promise<PaperboyError | null> {
  if (await isPaused(store)) return paused();
  if (onUncertain === "resend") {
    for (const { edition } of editions) {
      const uncertain = { from: "uncertain", to: "pending", editionId: edition.id } as const;
      const decisions = recipients?.map((address) => ({ ...uncertain, address })) ?? [uncertain];
      for (const decision of decisions) await store.ledger.decide(decision, clock());
    }
  }
  const only = await subscriberIds(store, recipients);
  const shared = await context();
  const report = progress();
  const { stopped } = await drain({
    // A pause also stops workers that are already sending: they claim no more letters.
    ledger: {
      ...store.ledger,
      claim: async (query) =>
        (await isPaused(store)) ? [] : store.ledger.claim(only === null ? query : { ...query, subscriberIds: only }),
    },
    editions: store.editions,
    runs: store.runs,
    transport,
    editionIds: editions.map(({ edition }) => edition.id),
    context: ({ preparedAt }) => ({ ...shared, date: preparedAt }),
    clock,
    wall: Date.now,
    sleep,
    random: Math.random,
    signal,
    limits,
    wait,
    probeEveryMs,
    onAttempt: ({ address }, { state, detail }) => report.add({ to: address, state, detail }),
  });
  report.end(stopped);
  if (stopped === null) return (await isPaused(store)) ? paused() : null;
  return new PaperboyError("send-incomplete", { message: stopped.message, hint: stopped.hint, retryable: true });
}

function paused(): PaperboyError {
  const hint = "Continue with `paperboy resume`.";
  return new PaperboyError("send-incomplete", { message: "sending is paused", hint, retryable: true });
}
