import { toMinute } from "../../core/calendar.js";
import { fit } from "../../core/text.js";
import type { PushRow, PushState, Store } from "../../store/store.js";

/** The number of pushes that `paperboy status` reads, and the number that it lists. */
const MAX_READ = 30;
const MAX_LINES = 5;

/** A push in JSON output. */
export interface PushSummary {
  readonly edition: string;
  readonly target: string;
  readonly state: PushState;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly detail: string | null;
  readonly changedAt: string;
}

/** Returns a stored push in the form of JSON output. */
export function pushSummary({ editionId, nextAt, changedAt, ...row }: PushRow): PushSummary {
  return { edition: editionId, ...row, nextAt: nextAt?.toISOString() ?? null, changedAt: changedAt.toISOString() };
}

/** Returns the last pushes, newest first. */
export async function lastPushes({ pushes }: Pick<Store, "pushes">): Promise<readonly PushSummary[]> {
  return (await pushes.list({ limit: MAX_READ })).map(pushSummary);
}

/** Whether a push is finished: it was sent, or no paper matched the view of its target. */
export function isPushDone(state: PushState): boolean {
  return state === "sent" || state === "skipped";
}

/** Returns the lines of `paperboy status`: the number of pushes by state, and those that are open or failed. */
export function pushLines(pushes: readonly PushSummary[], width: number): readonly string[] {
  if (pushes.length === 0) return [];
  const states = [...new Set(pushes.map(({ state }) => state))].toSorted();
  const byState = states.map((state) => `${pushes.filter((push) => push.state === state).length} ${state}`);
  const open = pushes.filter(({ state }) => !isPushDone(state)).slice(0, MAX_LINES);
  return [`${byState.join(", ")} (the last ${pushes.length})`, ...open.map((push) => fit(lineOf(push), width))];
}

function lineOf({ edition, target, state, nextAt, detail }: PushSummary): string {
  const next = nextAt === null ? "" : `, next attempt at ${toMinute(nextAt)}`;
  return `  ${target}: ${edition} ${state}${next}${detail === null ? "" : `: ${detail}`}`;
}
