import { storeExists } from "../../store/store-url.js";
import type { App } from "../../app/app.js";
import { addDays, utcDay } from "../../core/calendar.js";
import { editionResult, readRunResult } from "../../editions/results.js";
import type { EditionResult } from "../../editions/results.js";
import type { RunRecord, SavedEdition, Store } from "../../store/store.js";
import { lastPushes } from "../../app/pushes.js";
import type { PushSummary } from "../../app/pushes.js";
import { needsOf } from "./needs.js";
import type { Need } from "./needs.js";
import { unrecordedRun } from "../../app/run-log.js";

/** What `status` adds to an edition's result: where it went, since when, and until when it is tried. */
export function placed({ channel, preparedAt, sendBefore }: SavedEdition) {
  return { channel, preparedAt: preparedAt.toISOString(), sendBefore: sendBefore.toISOString() };
}

export type StatusEdition = EditionResult & ReturnType<typeof placed>;

/** Letters of one edition that were prepared and are not settled. */
export interface Owed {
  readonly id: string;
  readonly letters: number;
  /** When a deferred one is tried again; null where the next run takes them. */
  readonly nextAt: string | null;
  /** After this they end `expired`. */
  readonly deadline: string;
}

/** How many papers the editions hold of a day; null where no edition holds it (a weekend, a gap). */
export interface PapersOfDay {
  readonly day: string;
  readonly papers: number | null;
}

/** All that the page of `paperboy status` says. Instants are as in JSON, lists the newest first unless they say otherwise. */
export interface StatusFacts {
  readonly home: string;
  readonly now: Date;
  readonly paused: boolean;
  readonly editions: readonly StatusEdition[];
  /** Oldest first. */
  readonly papersByDay: readonly PapersOfDay[];
  readonly owed: readonly Owed[];
  /** The last ones. */
  readonly pushes: readonly PushSummary[];
  readonly transactional: { readonly mails: number; readonly since: string | null };
  readonly lastRun: RunRecord | null;
  /** The last run that brought somebody a letter. */
  readonly lastMailed: RunRecord | null;
  /** When a run failed that the database could not remember; null: none since the last that it could. */
  readonly unremembered: string | null;
  readonly needs: readonly Need[];
}

const EDITIONS_SHOWN = 10;
/** Enough for four weeks of days, and the weeks and months between them. */
const EDITIONS_COUNTED = 45;
const DAYS_SHOWN = 28;
/** Six weeks of hourly runs: longer than a month's letter is apart from the next. */
const RUNS_SEARCHED = 1000;

/** Gathers what `paperboy status` says; where no database is, none is made. */
export async function gatherStatus(app: App): Promise<StatusFacts> {
  const { home } = app;
  const now = app.clock();
  const exists = storeExists(app.config.settings.store, home);
  return exists ? factsOf(await app.store(), { home, now }) : { ...NOTHING, home, now };
}

const NOTHING: Omit<StatusFacts, "home" | "now"> = {
  paused: false,
  editions: [],
  papersByDay: [],
  owed: [],
  pushes: [],
  transactional: { mails: 0, since: null },
  lastRun: null,
  lastMailed: null,
  unremembered: null,
  needs: [],
};

async function factsOf(store: Store, { home, now }: Pick<StatusFacts, "home" | "now">): Promise<StatusFacts> {
  const recent = await store.editions.recent(EDITIONS_COUNTED);
  const shown = recent.slice(0, EDITIONS_SHOWN);
  const editions = await Promise.all(
    shown.map(async (saved) => ({ ...(await editionResult(saved, store)), ...placed(saved) })),
  );
  const runs = await store.runs.recent(RUNS_SEARCHED);
  const waiting = await store.transactional.waiting(now);
  const facts = {
    home,
    now,
    paused: (await store.runs.get("paused")) === true,
    editions,
    papersByDay: papersByDay(recent, now),
    owed: await owedBy(store),
    pushes: await lastPushes(store),
    transactional: { mails: waiting.mails, since: waiting.since?.toISOString() ?? null },
    lastRun: runs[0] ?? null,
    lastMailed: lastMailed(runs),
    unremembered: (await unrecordedRun(home))?.toISOString() ?? null,
  };
  return { ...facts, needs: needsOf(facts) };
}

/** The papers that were featured on each of the last days, each paper once; from the first day that is known. */
export function papersByDay(recent: readonly SavedEdition[], now: Date): readonly PapersOfDay[] {
  const ids = new Map<string, Set<string>>();
  for (const { edition } of recent.filter(({ edition: { kind } }) => kind === "day")) {
    for (const { id, featuredOn } of edition.papers) {
      // A letter that caught up joins several days, and each of its papers says whose it is.
      const day = edition.days === undefined ? edition.date : featuredOn;
      if (day !== null) ids.set(day, (ids.get(day) ?? new Set()).add(id));
    }
  }
  const [first] = [...ids.keys()].toSorted();
  const today = utcDay(now);
  // Today is shown only where it went out early.
  const last = ids.has(today) ? today : addDays(today, -1);
  const days = Array.from({ length: DAYS_SHOWN }, (_, back) => addDays(last, back + 1 - DAYS_SHOWN));
  return days
    .filter((day) => first !== undefined && day >= first)
    .map((day) => ({ day, papers: ids.get(day)?.size ?? null }));
}

async function owedBy(store: Store): Promise<readonly Owed[]> {
  const owed: Owed[] = [];
  for (const channel of ["smtp", "outbox"] as const) {
    const nextDue = await store.ledger.nextDue(channel);
    for (const saved of await store.editions.open(channel)) {
      const { id, counts } = await editionResult(saved, store);
      const nextAt = counts.deferred > 0 ? (nextDue?.toISOString() ?? null) : null;
      const deadline = saved.sendBefore.toISOString();
      owed.push({ id, letters: counts.pending + counts.deferred, nextAt, deadline });
    }
  }
  return owed;
}

/** A run mailed when it ended so, or when an edition of its result has more letters sent than any run before it knew of. */
export function lastMailed(runs: readonly RunRecord[]): RunRecord | null {
  const known = new Map<string, number>();
  let last: RunRecord | null = null;
  for (const run of runs.toReversed()) {
    const { editions } = readRunResult(run.result);
    if (run.reason === "sent" || editions.some(({ id, counts }) => counts.sent > (known.get(id) ?? 0))) last = run;
    for (const { id, counts } of editions) known.set(id, counts.sent);
  }
  return last;
}
