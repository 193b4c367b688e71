import { distinctPeople } from "../core/address.js";
import { PaperboyError } from "../core/errors.js";
import { withInterests } from "../core/model.js";
import type { View } from "../core/model.js";
import type { Outcome } from "../core/outcome.js";
import { parseAddress } from "../send/message/address.js";
import type { AddressOptions } from "../send/message/address.js";
import type {
  AddResult,
  DeliveryRow,
  Frequency,
  NewSubscriber,
  Store,
  Subscriber,
  SubscriberChange,
  SubscriberState,
  SubscriberStore,
} from "../store/store.js";
import { recordOf } from "./columns.js";
import { EXPECTED_INSTANT, parseInstant } from "./preferences.js";
import { openUnmatched } from "./unmatched.js";

export const FREQUENCIES = ["daily", "weekly", "monthly"] as const satisfies readonly Frequency[];
export const STATES = ["pending", "active", "paused", "gone", "bounced"] as const satisfies readonly SubscriberState[];

export interface SubscriberContext {
  readonly store: Pick<Store, "subscribers" | "ledger" | "editions">;
  readonly now: Date;
  readonly warn: (text: string) => void;
}

/** Adds subscribers with the same preferences, or none of them if one address is invalid. */
export async function addSubscribers(
  texts: readonly string[],
  preferences: { readonly frequency: Frequency; readonly view: View },
  { store: { subscribers, editions }, now, warn }: SubscriberContext,
): Promise<Outcome> {
  const addresses = distinctPeople(texts.map((text) => parseArgument(text)));
  const batch = addresses.map((address) => ({ address, ...preferences, state: "active", origin: "operator" }) as const);
  const results: (AddResult | "gone")[] = [...(await subscribers.add(batch, { now }))];
  for (const [index, subscriber] of batch.entries()) {
    if (results[index] === "known")
      results[index] = await promoteNamed(subscriber, { subscribers, now, dryRun: false });
  }
  const unmatched = openUnmatched({ editions, now, warn });
  for (const [index, reader] of batch.entries()) if (results[index] === "added") await unmatched.add(reader);
  unmatched.report();
  const count = (wanted: AddResult | "gone") => results.filter((result) => result === wanted).length;
  const counts = { added: count("added"), known: count("known"), gone: count("gone"), suppressed: count("suppressed") };
  const { added, known, gone, suppressed } = counts;
  const parts = [
    `${added} added`,
    known > 0 && `${known} known already`,
    gone > 0 && `${gone} left or bounced before`,
    suppressed > 0 && `${suppressed} erased before`,
  ];
  return {
    ...(suppressed + gone === results.length ? { reason: "usage" as const } : {}),
    message: parts.filter(Boolean).join(", "),
    ...(known + gone > 0 ? { hint: gone > 0 ? COME_BACK : KNOWN } : {}),
    result: counts,
  };
}

const KNOWN = "Known subscribers were not changed: see `paperboy subscribers set --help`.";
const COME_BACK =
  "If they asked to come back: `paperboy subscribers set ADDRESS --state active --yes`, or let them sign up again.";

/**
 * Subscribes a recipient who was named only by a run so far (`--to`, `to:`). Does not change a recipient who has left or whose
 * mailbox bounced.
 * @returns `added` if the recipient is now a subscriber, `gone` if they left or their mailbox bounced, otherwise `known`.
 */
export async function promoteNamed(
  subscriber: NewSubscriber,
  { subscribers, now, dryRun }: { readonly subscribers: SubscriberStore; readonly now: Date; readonly dryRun: boolean },
): Promise<AddResult | "gone"> {
  if (subscriber.origin === "named") return "known";
  const known = await subscribers.find(subscriber.address);
  const isWanted = subscriber.state === "active" || subscriber.state === "paused";
  if (known?.state === "gone" || known?.state === "bounced") return isWanted ? "gone" : "known";
  if (known?.origin !== "named") return "known";
  const { address, ...change } = subscriber;
  if (!dryRun) await subscribers.change(address, change, now);
  return "added";
}

/**
 * Returns the subscriber with an address.
 * @throws PaperboyError `usage` if the address is invalid, unknown or erased.
 */
export async function findSubscriber(text: string, { store }: Pick<SubscriberContext, "store">): Promise<Subscriber> {
  const address = parseArgument(text, { isLocal: true });
  const subscriber = await store.subscribers.find(address);
  if (subscriber) return subscriber;
  if (await store.subscribers.isSuppressed(address)) {
    throw usage("this subscriber was erased", "All data about them is deleted, and no command can add them again.");
  }
  throw unknownSubscriber();
}

const PAGE_SIZE = 500;

/** Returns the last `limit` deliveries to a subscriber, newest first. */
export async function lastDeliveries(
  { id: subscriberId }: Subscriber,
  limit: number,
  { store }: Pick<SubscriberContext, "store">,
): Promise<readonly DeliveryRow[]> {
  let last: readonly (DeliveryRow & { readonly id: number })[] = [];
  for (let after = 0, more = true; more;) {
    const rows = await store.ledger.list({ subscriberId, after, limit: PAGE_SIZE });
    last = [...last, ...rows].slice(-limit);
    after = rows.at(-1)?.id ?? after;
    more = rows.length === PAGE_SIZE;
  }
  return last.toReversed();
}

/** A change of one subscriber. Absent properties do not change. */
export interface ChangeRequest {
  readonly frequency?: Frequency | undefined;
  readonly state?: SubscriberState | undefined;
  /** The day or instant until which the subscriber is paused. */
  readonly pauseUntil?: string | undefined;
  /** Whether `view` replaces parts of `defaultView` instead of the subscriber's view. */
  readonly reset?: true | undefined;
  /** Confirms that a subscriber who left has asked to come back. */
  readonly yes?: true | undefined;
  readonly view: Partial<View>;
  readonly defaultView: View;
}

/** Changes the state or the preferences of a subscriber. */
export async function changeSubscriber(
  text: string,
  request: ChangeRequest,
  context: SubscriberContext,
): Promise<Outcome> {
  const subscriber = await findSubscriber(text, context);
  const change = changeOf(subscriber, request, context.now);
  const changed = await context.store.subscribers.change(subscriber.address, change, context.now);
  if (changed === null) throw unknownSubscriber();
  if (change.view !== undefined) {
    const unmatched = openUnmatched({ ...context, editions: context.store.editions });
    await unmatched.add(changed);
    unmatched.report();
  }
  return { message: `${changed.state}, ${changed.frequency}`, result: { subscriber: recordOf(changed) } };
}

function changeOf(subscriber: Subscriber, request: ChangeRequest, now: Date): SubscriberChange {
  const { frequency, reset, yes, view, defaultView } = request;
  const state = stateChangeOf(request, now);
  const changesView = reset || Object.keys(view).length > 0;
  if (!changesView && frequency === undefined && state.state === undefined) {
    throw usage("nothing to change", "Give at least one change: see `paperboy subscribers set --help`.");
  }
  const comesBack = state.state !== undefined && state.state !== "gone" && state.state !== "bounced";
  if (subscriber.state === "gone" && comesBack && !yes) {
    throw usage("this subscriber has left", "If they asked to come back, repeat the command with --yes.");
  }
  return {
    ...state,
    ...(frequency === undefined ? {} : { frequency }),
    ...(changesView ? { view: changedView(reset ? defaultView : subscriber.view, view) } : {}),
  };
}

function changedView(before: View, change: Partial<View>): View {
  const view = { ...before, ...change };
  return change.interests && change.order === undefined ? withInterests(view, change.interests) : view;
}

function stateChangeOf(
  { state, pauseUntil }: ChangeRequest,
  now: Date,
): Pick<SubscriberChange, "state" | "pausedUntil"> {
  if (pauseUntil === undefined) return state === undefined ? {} : { state, pausedUntil: null };
  if (state !== undefined && state !== "paused") {
    throw usage(`--pause-until contradicts --state ${state}`, "Use one of them.");
  }
  const pausedUntil = parseInstant(pauseUntil);
  if (pausedUntil === undefined) {
    throw usage(`--pause-until ${JSON.stringify(pauseUntil)}: ${EXPECTED_INSTANT}`, "Give a future day.");
  }
  if (pausedUntil <= now) throw usage("--pause-until is in the past", "Give a future day.");
  return { state: "paused", pausedUntil };
}

/**
 * Ends a subscription and cancels its queued letters. The subscriber is kept as `gone`, so that no import adds the address
 * again.
 */
export async function removeSubscriber(text: string, { store, now }: SubscriberContext): Promise<Outcome> {
  const changed = await store.subscribers.change(parseArgument(text, { isLocal: true }), { state: "gone" }, now);
  if (changed === null) throw unknownSubscriber();
  return { message: "unsubscribed; no more letters will be sent", result: { subscriber: recordOf(changed) } };
}

/**
 * Deletes all data about a person except a keyed hash of the address, which prevents imports from adding it again.
 * @param confirm asks for confirmation; absent if it was already given.
 */
export async function eraseSubscriber(
  text: string,
  { store, now }: SubscriberContext,
  confirm?: (question: string) => Promise<boolean>,
): Promise<Outcome> {
  const address = parseArgument(text, { isLocal: true });
  if (confirm && !(await confirm("Erase all data about this subscriber? This cannot be undone. [y/N] "))) {
    throw usage("nothing was erased, because you did not confirm it", "Confirm with --yes.");
  }
  const known = await store.subscribers.erase(address, now);
  const kept = "only a keyed hash of the address is kept, so that no import can add it again";
  return {
    message: known ? `erased: ${kept}` : `no subscriber has this address; ${kept}`,
    result: { erased: known },
  };
}

function parseArgument(text: string, options?: AddressOptions): string {
  const parsed = parseAddress(text.trim(), options);
  if (parsed.ok) return parsed.address;
  throw usage(`${JSON.stringify(text)} ${parsed.why}`, "Give plain addresses, such as you@example.com.");
}

function unknownSubscriber(): PaperboyError {
  return usage("no subscriber has this address", "See `paperboy subscribers list`.");
}

function usage(message: string, hint: string): PaperboyError {
  return new PaperboyError("usage", { message, hint });
}
