import { addDays, utcDay } from "../../core/calendar.js";
import { editionResult, readRunResult } from "../../editions/results.js";
import type { EditionResult } from "../../editions/results.js";
import { isPaused, readHolds } from "../../send/worker/holds.js";
import type { RunRecord, SavedEdition, Store } from "../../store/store.js";
import { needsOf } from "./needs.js";
import type { Need, NeedFacts } from "./needs.js";
import { firstGrowthDay, growthOf } from "./growth.js";
import type { Growth } from "./growth.js";
import { lastPushes } from "./pushes.js";
import type { PushSummary } from "./pushes.js";

/** Returns the values that `status` adds to the result of an edition: its channel, time of preparation and deadline. */
export function deliveryTimes({ channel, preparedAt, sendBefore, forList }: SavedEdition) {
  return { channel, preparedAt: preparedAt.toISOString(), sendBefore: sendBefore.toISOString(), forList };
}

export type StatusEdition = EditionResult & ReturnType<typeof deliveryTimes>;

/** The letters of one edition that were prepared and are not settled yet. */
export interface UnsentLetters {
  readonly id: string;
  readonly letters: number;
  /** The time of the next attempt for a deferred letter; null if the next run sends them. */
  readonly nextAt: string | null;
  /** Letters that are not sent by this time expire. */
  readonly deadline: string;
}

/** The number of papers of a day; null if no edition has that day (a weekend, a gap). */
export interface PapersOfDay {
  readonly day: string;
  readonly papers: number | null;
}

/** The contents of `paperboy status`. Instants are in ISO 8601. Lists are sorted newest first, except `papersByDay`. */
export interface StatusFacts extends NeedFacts {
  readonly home: string;
  readonly editions: readonly StatusEdition[];
  /** Oldest first. */
  readonly papersByDay: readonly PapersOfDay[];
  readonly growth: Growth;
  readonly unsent: readonly UnsentLetters[];
  readonly pushes: readonly PushSummary[];
  /** The last run that sent a letter. */
  readonly lastMailed: RunRecord | null;
  readonly needs: readonly Need[];
}

/** The sources of `gatherStatus`. */
export interface StatusSources {
  readonly home: string;
  readonly now: Date;
  /** Null if the home has no database yet. */
  readonly store: Store | null;
  /** The end of a run that the database could not record; null if there is none or a later run was recorded. */
  readonly unrecordedRun: Date | null;
}

const EDITIONS_SHOWN = 10;
/** Enough for four weeks of daily editions and the weekly and monthly ones among them. */
const EDITIONS_COUNTED = 45;
const DAYS_SHOWN = 28;
/** Six weeks of hourly runs, so that a monthly letter is among them. */
const RUNS_SEARCHED = 1000;

/** Gathers the contents of the status page. Writes nothing. */
export async function gatherStatus({ home, now, store, unrecordedRun }: StatusSources): Promise<StatusFacts> {
  const read = store === null ? { ...EMPTY, growth: growthOf([], now) } : await readStore(store, now);
  const facts = { home, now, ...read, unrecordedRun: unrecordedRun?.toISOString() ?? null };
  return { ...facts, needs: needsOf(facts) };
}

type StoreFacts = Omit<StatusFacts, "home" | "now" | "unrecordedRun" | "needs">;

const EMPTY: Omit<StoreFacts, "growth"> = {
  paused: false,
  holds: [],
  editions: [],
  papersByDay: [],
  unsent: [],
  pushes: [],
  transactional: { mails: 0, confirmations: 0, since: null, nextAt: null, detail: null },
  lastRun: null,
  lastMailed: null,
};

async function readStore(store: Store, now: Date): Promise<StoreFacts> {
  const recent = await store.editions.recent(EDITIONS_COUNTED);
  const shown = recent.slice(0, EDITIONS_SHOWN);
  const editions = await Promise.all(
    shown.map(async (saved) => ({ ...(await editionResult(saved, store)), ...deliveryTimes(saved) })),
  );
  const runs = await store.runs.recent(RUNS_SEARCHED);
  const waiting = await store.transactional.waiting(now);
  return {
    paused: await isPaused(store),
    holds: await readHolds(store.runs, "smtp", now),
    editions,
    papersByDay: papersByDay(recent, now),
    growth: growthOf(await store.subscribers.growth(firstGrowthDay(now)), now),
    unsent: await unsentLetters(store),
    pushes: await lastPushes(store),
    transactional: {
      ...waiting,
      since: waiting.since?.toISOString() ?? null,
      nextAt: waiting.nextAt?.toISOString() ?? null,
    },
    lastRun: runs[0] ?? null,
    lastMailed: lastMailed(runs),
  };
}

/** Counts the papers of each of the last 28 days, each paper once, starting with the first known day. Oldest first. */
export function papersByDay(recent: readonly SavedEdition[], now: Date): readonly PapersOfDay[] {
  const ids = new Map<string, Set<string>>();
  for (const { edition } of recent.filter(({ edition: { kind } }) => kind === "day")) {
    for (const { id, featuredOn } of edition.papers) {
      // A catch-up edition contains several days, so each paper has its own.
      const day = edition.days === undefined ? edition.date : featuredOn;
      if (day !== null) ids.set(day, (ids.get(day) ?? new Set()).add(id));
    }
  }
  const [first] = [...ids.keys()].toSorted();
  const today = utcDay(now);
  // Today is shown only if it was sent early.
  const last = ids.has(today) ? today : addDays(today, -1);
  const days = Array.from({ length: DAYS_SHOWN }, (_, back) => addDays(last, back + 1 - DAYS_SHOWN));
  return days
    .filter((day) => first !== undefined && day >= first)
    .map((day) => ({ day, papers: ids.get(day)?.size ?? null }));
}

async function unsentLetters(store: Store): Promise<readonly UnsentLetters[]> {
  const unsent: UnsentLetters[] = [];
  for (const channel of ["smtp", "outbox"] as const) {
    const nextDue = await store.ledger.nextDue(channel);
    for (const saved of await store.editions.open(channel)) {
      const { id, counts } = await editionResult(saved, store);
      const nextAt = counts.deferred > 0 ? (nextDue?.toISOString() ?? null) : null;
      const deadline = saved.sendBefore.toISOString();
      unsent.push({ id, letters: counts.pending + counts.deferred, nextAt, deadline });
    }
  }
  return unsent;
}

/** Returns the last run that ended as `sent` or whose result has more sent letters of an edition than earlier results. */
export function lastMailed(runs: readonly RunRecord[]): RunRecord | null {
  const known = new Map<string, number>();
  let last: RunRecord | null = null;
  for (const run of runs.toReversed()) {
    const { editions } = readRunResult(run.result);
    if (run.reason === "sent" || editions.some(({ id, counts }) => counts.sent > (known.get(id) ?? 0))) last = run;
    for (const { id, counts } of editions) known.set(id, Math.max(counts.sent, known.get(id) ?? 0));
  }
  return last;
}
