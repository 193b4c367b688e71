import type { App } from "./app.js";
import { REASONS } from "../core/errors.js";
import type { Pushed } from "../send/webhook/drain.js";
import type { Channel, Frequency, PushRow, PushState, Store } from "../store/store.js";
import { fit } from "./terminal.js";
import type { RunOutcome } from "../core/outcome.js";

/** An edition that waits longer for its deadline than this many others is not looked at any more. */
const MOST_EDITIONS = 20;

/** A run stays for what is put off no longer than this, in ms: two tries more. */
const PATIENCE_MS = 90_000;

/** With `--wait` no longer than any deadline, in ms. */
const LONG_PATIENCE_MS = 44 * 3_600_000;

interface PushRun {
  readonly channel: Channel;
  /** Whether this run is for everybody: one for a person that it names is for nobody else, and no push. */
  readonly everybody: boolean;
  readonly wait: boolean;
}

/** Frequencies whose editions are pushed somewhere. */
export function pushedFrequencies(app: App): ReadonlySet<Frequency> {
  return new Set(Object.values(app.config.settings.push).flatMap(({ sources }) => sources));
}

/**
 * Pushes the editions that are due to the configured targets; nothing while paused, or where a run names its readers.
 * The run lock must be held.
 */
export async function sendPushes(
  app: App,
  store: Store,
  { channel, everybody, wait }: PushRun,
): Promise<readonly Pushed[]> {
  const { push } = app.config.settings;
  if (Object.keys(push).length === 0 || !everybody || (await store.runs.get("paused")) === true) return [];
  const [{ planPushes }, { drainPushes }, { pushParts }] = await Promise.all([
    import("../send/webhook/plan.js"),
    import("../send/webhook/drain.js"),
    import("./push-parts.js"),
  ]);
  const lost = (await store.pushes.recover(app.clock())).map((push) => ({ ...push, state: "uncertain" }) as const);
  const wishes = Object.entries(push).map(([name, { sources }]) => ({ name, sources }));
  const editions = await store.editions.recent(MOST_EDITIONS);
  await planPushes(editions, { pushes: store.pushes, wishes, channel, now: app.clock() });
  const tried = await drainPushes(pushParts(app, store, wait ? LONG_PATIENCE_MS : PATIENCE_MS));
  const pushed = [...lost, ...tried];
  for (const one of pushed) {
    if (!isWell(one.state)) app.terminal.warn(`push to ${one.target}: ${one.state}: ${one.detail}`);
  }
  return pushed;
}

/** The end of a run together with its pushes: one that did not go makes a run incomplete that was well otherwise. */
export function withPushes(outcome: RunOutcome, pushed: readonly Pushed[]): RunOutcome {
  if (pushed.length === 0) return outcome;
  const failed = pushed.filter(({ state }) => !isWell(state));
  const wasWell = REASONS[outcome.reason].exit === 0;
  const went = pushed.some(({ state }) => state === "sent");
  const reason = wasWell && failed.length > 0 ? "send-incomplete" : wasWell && went ? "sent" : outcome.reason;
  const hints = [outcome.hint, failed.length > 0 ? "See the pushes with: paperboy push list" : undefined];
  const hint = hints.filter((text) => text !== undefined).join("\n");
  return {
    ...outcome,
    reason,
    message: [outcome.message, ...pushed.map(tell)].join("; "),
    ...(hint === "" ? {} : { hint }),
    result: {
      ...outcome.result,
      pushes: pushed.map(({ editionId, target, state, detail }) => ({ edition: editionId, target, state, detail })),
    },
  };
}

function isWell(state: PushState): boolean {
  return state === "sent" || state === "skipped";
}

function tell({ editionId, target, state, detail }: Pushed): string {
  return state === "sent" ? `${editionId} was pushed to ${target}` : `push to ${target} ${state}: ${detail}`;
}

const SHOWN = 30;
const MOST_LINES = 5;

/** A push as results show it. */
export interface PushResult {
  readonly edition: string;
  readonly target: string;
  readonly state: PushState;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly detail: string | null;
  readonly changedAt: string;
}

/** A push out of the ledger, as results show it. */
export function pushResult({ editionId, nextAt, changedAt, ...row }: PushRow): PushResult {
  return { edition: editionId, ...row, nextAt: nextAt?.toISOString() ?? null, changedAt: changedAt.toISOString() };
}

/** The last pushes, the newest first. */
export async function lastPushes(store: Store): Promise<readonly PushResult[]> {
  return (await store.pushes.list({ limit: SHOWN })).map(pushResult);
}

/** Pushes for `paperboy status`: how many there are of each state, and those that are not over or went wrong. */
export function pushLines(pushes: readonly PushResult[], width: number): readonly string[] {
  if (pushes.length === 0) return [];
  const states = [...new Set(pushes.map(({ state }) => state))].toSorted();
  const counted = states.map((state) => `${pushes.filter((push) => push.state === state).length} ${state}`);
  const open = pushes.filter(({ state }) => !isWell(state)).slice(0, MOST_LINES);
  return [`${counted.join(", ")} (the last ${pushes.length})`, ...open.map((push) => fit(lineOf(push), width))];
}

function lineOf({ edition, target, state, nextAt, detail }: PushResult): string {
  const next = nextAt === null ? "" : `, again from ${nextAt.slice(0, 16).replace("T", " ")}`;
  return `  ${target}: ${edition} ${state}${next}${detail === null ? "" : `: ${detail}`}`;
}
