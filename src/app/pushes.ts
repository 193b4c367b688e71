import { REASONS } from "../core/errors.js";
import type { RunOutcome } from "../core/outcome.js";
import { isPushDone } from "../ops/status/pushes.js";
import type { Pushed } from "../send/webhook/drain.js";
import type { Channel, Frequency, Store } from "../store/store.js";
import { isPaused } from "../send/worker/holds.js";
import type { App } from "./app.js";
import { openLikedTexts } from "./interests.js";
import type { LikedApp } from "./interests.js";
import type { PushContext } from "./push-parts.js";

/** The number of newest editions that are checked for pushes. */
const MAX_EDITIONS = 20;

/** How long a run waits for deferred pushes, in ms. Enough for two more attempts. */
const MAX_WAIT_MS = 90_000;

/** How long a run with `--wait` waits, in ms. As long as the longest deadline. */
const MAX_WAIT_LONG_MS = 44 * 3_600_000;

interface PushRun {
  readonly channel: Channel;
  /** Whether the run is for the whole list. A run for named people pushes nothing. */
  readonly forList: boolean;
  readonly wait: boolean;
}

/** Returns the frequencies whose editions are pushed to a target. */
export function pushedFrequencies({ push }: Pick<PushContext["settings"], "push">): ReadonlySet<Frequency> {
  return new Set(Object.values(push).flatMap(({ sources }) => sources));
}

/** Returns the parts that pushes use. */
export function pushContext(app: LikedApp & Pick<App, "clock" | "environment">): PushContext {
  const { config, home, clock, environment } = app;
  return { settings: config.settings, home, clock, signal: environment.signal, likedBy: openLikedTexts(app) };
}

/**
 * Pushes the due editions to the configured targets, unless sending is paused or the run is for named people. The caller must
 * hold the run lock. Calls `warn` for each push that was not sent.
 */
export async function sendPushes(
  context: PushContext,
  store: Store,
  { channel, forList, wait, warn }: PushRun & { readonly warn: (message: string) => void },
): Promise<readonly Pushed[]> {
  const { push } = context.settings;
  if (Object.keys(push).length === 0 || !forList || (await isPaused(store))) return [];
  const [{ drainPushes, planPushes }, { pushParts }] = await Promise.all([
    import("../send/webhook/drain.js"),
    import("./push-parts.js"),
  ]);
  const now = context.clock();
  const lost = (await store.pushes.recover(now)).map((push) => ({ ...push, state: "uncertain" }) as const);
  const targets = Object.entries(push).map(([name, { sources }]) => ({ name, sources }));
  // An edition that was prepared only for named people is pushed after a run for the list has prepared it.
  const recent = (await store.editions.recent(MAX_EDITIONS)).filter(({ forList }) => forList);
  await planPushes(recent, { pushes: store.pushes, targets, channel, now });
  const tried = await drainPushes(pushParts(context, store, wait ? MAX_WAIT_LONG_MS : MAX_WAIT_MS));
  const pushed = [...lost, ...tried];
  for (const { target, state, detail } of pushed) {
    if (!isPushDone(state)) warn(`push to ${target}: ${state}: ${detail}`);
  }
  return pushed;
}

/** Adds the pushes to the outcome of a run. A push that was not sent makes a successful run incomplete. */
export function withPushes(outcome: RunOutcome, pushed: readonly Pushed[]): RunOutcome {
  if (pushed.length === 0) return outcome;
  const failed = pushed.filter(({ state }) => !isPushDone(state));
  const wasGood = REASONS[outcome.reason].exit === 0;
  const wasSent = pushed.some(({ state }) => state === "sent");
  const reason = wasGood && failed.length > 0 ? "send-incomplete" : wasGood && wasSent ? "sent" : outcome.reason;
  const hints = [outcome.hint, failed.length > 0 ? "`paperboy push list` shows the pushes." : undefined];
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
