import { REASONS } from "../core/errors.js";
import type { RunOutcome } from "../core/outcome.js";
import { isPushDone } from "../ops/status/pushes.js";
import type { Pushed } from "../send/webhook/drain.js";
import type { Channel, Frequency, Store } from "../store/store.js";
import type { App } from "./app.js";
import { isPaused } from "./pause.js";
import type { PushContext } from "./push-parts.js";

/** How many of the newest editions are checked for pushes. */
const MAX_EDITIONS = 20;

/** How long a run waits for deferred pushes, in ms: enough for two more attempts. */
const PATIENCE_MS = 90_000;

/** The same with `--wait`: as long as any deadline. */
const LONG_PATIENCE_MS = 44 * 3_600_000;

interface PushRun {
  readonly channel: Channel;
  /** Whether the run is for the whole list; a run for named people pushes nothing. */
  readonly everybody: boolean;
  readonly wait: boolean;
}

/** Returns the frequencies whose editions are pushed to a target. */
export function pushedFrequencies({ push }: Pick<PushContext["settings"], "push">): ReadonlySet<Frequency> {
  return new Set(Object.values(push).flatMap(({ sources }) => sources));
}

/** Returns what pushing uses of an app. */
export function pushContext({ config, home, clock, environment }: App): PushContext {
  return { settings: config.settings, home, clock, signal: environment.signal };
}

/**
 * Pushes the editions that are due to the configured targets, unless sending is paused or the run names its recipients. The
 * caller must hold the run lock. `warn` is called for each push that was not sent.
 */
export async function sendPushes(
  context: PushContext,
  store: Store,
  { channel, everybody, wait, warn }: PushRun & { readonly warn: (message: string) => void },
): Promise<readonly Pushed[]> {
  const { push } = context.settings;
  if (Object.keys(push).length === 0 || !everybody || (await isPaused(store))) return [];
  const [{ drainPushes, planPushes }, { pushParts }] = await Promise.all([
    import("../send/webhook/drain.js"),
    import("./push-parts.js"),
  ]);
  const now = context.clock();
  const lost = (await store.pushes.recover(now)).map((push) => ({ ...push, state: "uncertain" }) as const);
  const targets = Object.entries(push).map(([name, { sources }]) => ({ name, sources }));
  // Editions that only named people had are pushed once a run for the list prepared them.
  const recent = (await store.editions.recent(MAX_EDITIONS)).filter(({ forList }) => forList);
  await planPushes(recent, { pushes: store.pushes, targets, channel, now });
  const tried = await drainPushes(pushParts(context, store, wait ? LONG_PATIENCE_MS : PATIENCE_MS));
  const pushed = [...lost, ...tried];
  for (const { target, state, detail } of pushed) {
    if (!isPushDone(state)) warn(`push to ${target}: ${state}: ${detail}`);
  }
  return pushed;
}

/** Adds the pushes to the outcome of a run; a push that was not sent makes a successful run incomplete. */
export function withPushes(outcome: RunOutcome, pushed: readonly Pushed[]): RunOutcome {
  if (pushed.length === 0) return outcome;
  const failed = pushed.filter(({ state }) => !isPushDone(state));
  const wasGood = REASONS[outcome.reason].exit === 0;
  const wasSent = pushed.some(({ state }) => state === "sent");
  const reason = wasGood && failed.length > 0 ? "send-incomplete" : wasGood && wasSent ? "sent" : outcome.reason;
  const hints = [outcome.hint, failed.length > 0 ? "List the pushes with: paperboy push list" : undefined];
  const hint = hints.filter((text) => text !== undefined).join("\n");
  return {
    ...outcome,
    reason,
    message: [outcome.message, ...pushed.map(describe)].join("; "),
    ...(hint === "" ? {} : { hint }),
    result: {
      ...outcome.result,
      pushes: pushed.map(({ editionId, target, state, detail }) => ({ edition: editionId, target, state, detail })),
    },
  };
}

function describe({ editionId, target, state, detail }: Pushed): string {
  return state === "sent" ? `${editionId} was pushed to ${target}` : `push to ${target} ${state}: ${detail}`;
}
