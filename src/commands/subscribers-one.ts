import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { parseAddress } from "../send/message/address.js";
import type { DeliveryRow, Frequency, Store, Subscriber, SubscriberChange, SubscriberState } from "../store/store.js";
import { recordOf } from "../subscribers/columns.js";
import { welcomeNamed } from "../subscribers/import.js";
import { EXPECTED_INSTANT, parseInstant } from "../subscribers/rows.js";
import { fit, printable, table } from "../app/terminal.js";
import type { Outcome } from "./command.js";
import { houseView, viewFlagsOf, viewOf } from "./options.js";
import type { ViewFlags } from "./options.js";

export const FREQUENCIES = ["daily", "weekly", "monthly"] as const satisfies readonly Frequency[];
export const STATES = ["pending", "active", "paused", "gone", "bounced"] as const satisfies readonly SubscriberState[];

const DELIVERIES_SHOWN = 10;
/** Deliveries of one reader that are read at once. */
const PAGE = 500;

interface AddFlags extends ViewFlags {
  readonly frequency: Frequency;
}

/** Adds readers; none at all when one of the addresses is wrong. */
export async function addReaders(app: App, texts: readonly string[], flags: AddFlags): Promise<Outcome> {
  const view = await viewOf(app, flags);
  const addresses = [...new Set(texts.map(addressArgument))];
  const wish = { state: "active", frequency: flags.frequency, view, origin: "operator" } as const;
  const batch = addresses.map((address) => ({ address, ...wish }));
  const { subscribers } = await app.store();
  const parts = { subscribers, now: app.clock(), dryRun: false };
  const results = [...(await subscribers.add(batch, parts))];
  for (const [index, reader] of batch.entries()) {
    if (results[index] === "known") results[index] = await welcomeNamed(reader, parts);
  }
  const count = (wanted: string) => results.filter((result) => result === wanted).length;
  const counts = { added: count("added"), known: count("known"), suppressed: count("suppressed") };
  return {
    ...(counts.suppressed === results.length ? { reason: "usage" as const } : {}),
    message: tellAdded(counts),
    ...(counts.known > 0 ? { hint: "Whoever is known stays as they are: see `paperboy subscribers set --help`." } : {}),
    result: counts,
  };
}

function tellAdded({ added, known, suppressed }: Readonly<Record<"added" | "known" | "suppressed", number>>): string {
  const parts = [
    `${added} added`,
    known > 0 && `${known} known already`,
    suppressed > 0 && `${suppressed} erased before`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** Shows one reader: wishes and last deliveries. */
export async function showReader(app: App, text: string): Promise<Outcome> {
  const store = await app.store();
  const reader = await findReader(store, text);
  const deliveries = await lastDeliveries(store, reader.id);
  const record = recordOf(reader);
  const about = Object.entries(record).map(([name, value]) => [name, shown(value)]);
  const letters = deliveries.map(({ editionId, channel, state, changedAt, detail }) => [
    editionId,
    channel,
    state,
    changedAt.toISOString(),
    fit(detail ?? "", 60),
  ]);
  const parts = [table(about), letters.length === 0 ? "no letters yet" : table(letters)];
  const result = deliveries.map(({ editionId: edition, channel, state, attempts, changedAt, detail }) => {
    return { edition, channel, state, attempts, changedAt, detail };
  });
  return {
    message: `${reader.state}, ${reader.frequency}`,
    data: `${printable(parts.join("\n\n"))}\n`,
    result: { subscriber: record, deliveries: result },
  };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join("; ");
  if (value === null) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function lastDeliveries(store: Store, subscriberId: number): Promise<readonly DeliveryRow[]> {
  let last: readonly (DeliveryRow & { readonly id: number })[] = [];
  for (let after = 0, more = true; more;) {
    const rows = await store.ledger.list({ subscriberId, after, limit: PAGE });
    last = [...last, ...rows].slice(-DELIVERIES_SHOWN);
    after = rows.at(-1)?.id ?? after;
    more = rows.length === PAGE;
  }
  return last.toReversed();
}

interface SetFlags extends ViewFlags {
  readonly frequency?: Frequency | undefined;
  readonly state?: SubscriberState | undefined;
  readonly pauseUntil?: string | undefined;
  readonly reset?: true | undefined;
  readonly yes?: true | undefined;
}

/** Changes what one reader gets; what is not named stays. */
export async function setReader(app: App, text: string, flags: SetFlags): Promise<Outcome> {
  const store = await app.store();
  const reader = await findReader(store, text);
  const change = await changeOf(app, reader, flags);
  const changed = await store.subscribers.change(reader.address, change, app.clock());
  if (changed === null) throw unknownReader();
  return { message: `${changed.state}, ${changed.frequency}`, result: { subscriber: recordOf(changed) } };
}

async function changeOf(app: App, reader: Subscriber, flags: SetFlags): Promise<SubscriberChange> {
  const wishes = await viewFlagsOf(flags);
  const standing = standingOf(app, flags);
  const { frequency, reset, yes } = flags;
  const seesOtherwise = reset || Object.keys(wishes).length > 0;
  if (!seesOtherwise && frequency === undefined && standing.state === undefined) {
    throw usage("nothing to change", "Name what is to change; see `paperboy subscribers set --help`.");
  }
  const comesBack = standing.state !== undefined && standing.state !== "gone" && standing.state !== "bounced";
  if (reader.state === "gone" && comesBack && !yes) {
    throw usage("this reader has left", "Only when they asked to come back: the same command with --yes.");
  }
  return {
    ...standing,
    ...(frequency === undefined ? {} : { frequency }),
    ...(seesOtherwise ? { view: { ...(reset ? houseView(app) : reader.view), ...wishes } } : {}),
  };
}

function standingOf(app: App, { state, pauseUntil }: SetFlags): Pick<SubscriberChange, "state" | "pausedUntil"> {
  if (pauseUntil === undefined) return state === undefined ? {} : { state, pausedUntil: null };
  if (state !== undefined && state !== "paused")
    throw usage(`--pause-until with --state ${state}`, "Give one of them.");
  const pausedUntil = parseInstant(pauseUntil);
  if (pausedUntil === undefined) throw usage(`--pause-until ${JSON.stringify(pauseUntil)}`, `${EXPECTED_INSTANT}.`);
  if (pausedUntil <= app.clock()) throw usage("--pause-until is over already", "Name a day that is to come.");
  return { state: "paused", pausedUntil };
}

/** No more letters, and nothing forgotten: what is queued for them ends, and no import brings them back. */
export async function removeReader(app: App, text: string): Promise<Outcome> {
  const store = await app.store();
  const changed = await store.subscribers.change(addressArgument(text), { state: "gone" }, app.clock());
  if (changed === null) throw unknownReader();
  return { message: "gone: no more letters go there", result: { subscriber: recordOf(changed) } };
}

/** Forgets a person, but for a keyed hash, after asking. */
export async function eraseReader(app: App, text: string, { yes }: { yes?: true | undefined }): Promise<Outcome> {
  const address = addressArgument(text);
  if (!yes && !(await confirm(app, "Forget this reader for good? Nobody can undo it. [y/N] "))) {
    throw usage("nobody was erased: it needs a yes", "Say so with --yes.");
  }
  const store = await app.store();
  const known = await store.subscribers.erase(address, app.clock());
  const kept = "only a keyed hash stays, so that no import brings them back";
  return {
    message: known ? `erased: ${kept}` : `nobody by that address was known; ${kept}`,
    result: { erased: known },
  };
}

/** Asks a person who watches; nobody else is asked, and that is a no. */
async function confirm({ environment }: App, question: string): Promise<boolean> {
  if (environment.stderr.isTTY !== true) return false;
  environment.stderr.write(question);
  for await (const bytes of environment.stdin) return /^y(?:es)?$/i.test(Buffer.from(bytes).toString("utf8").trim());
  return false;
}

async function findReader(store: Store, text: string): Promise<Subscriber> {
  const address = addressArgument(text);
  const reader = await store.subscribers.find(address);
  if (reader) return reader;
  if (await store.subscribers.isSuppressed(address)) {
    throw usage("this reader was erased", "Nothing is known of them, and they are never added again.");
  }
  throw unknownReader();
}

function addressArgument(text: string): string {
  const parsed = parseAddress(text.trim());
  if (parsed.ok) return parsed.address;
  throw usage(`${JSON.stringify(text)} ${parsed.why}`, "One plain address each, such as you@example.com.");
}

function unknownReader(): PaperboyError {
  return usage("nobody by that address is known", "See `paperboy subscribers list`.");
}

function usage(message: string, hint: string): PaperboyError {
  return new PaperboyError("usage", { message, hint });
}
