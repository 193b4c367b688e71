import { addDays, isoWeekOf, monthOf, utcDay } from "../core/calendar.js";
import type { Edition, Source } from "../core/model.js";
import type { Channel, EditionStore, Followers, Frequency, SavedEdition, SubscriberStore } from "../store/store.js";
import { joinDays, readSources } from "./catch-up.js";
import { frequencyOf } from "./followers.js";
import type { NoEdition } from "./freeze.js";
import type { JobResult } from "./results.js";

/** An edition that a run should prepare if it is due to any reader. */
export interface EditionJob {
  /** The name in messages: `2026-10-02`, `2026-W40`. */
  readonly name: string;
  /** The id of the edition, if it is known before the page is read, so that a prepared edition is not fetched again. */
  readonly editionId: string | null;
  /** The pages to read, oldest first. Several are joined into one edition. */
  readonly sources: readonly Source[];
  /** Stop at the newest page that has papers. */
  readonly onlyNewest: boolean;
  /** The frequency of the subscribers who get the edition; null if subscribers get none. */
  readonly frequency: Frequency | null;
  /** Selects readers by the source that their view follows. */
  readonly followers: Followers;
  /** Addresses of explicit recipients. They may also get an edition that was already sent to others. */
  readonly named: readonly string[];
  /** Days that were not sent and are too old for this run; null if there are none. */
  readonly leftOut: LeftOut | null;
}

/** A range of completed days (`YYYY-MM-DD`), inclusive. */
export interface LeftOut {
  readonly first: string;
  readonly last: string;
}

/** A job whose edition is frozen. */
export interface ReadyJob extends Pick<EditionJob, "name" | "frequency" | "named" | "followers"> {
  readonly edition: Edition;
  /** The edition that an earlier run froze; null if this run read its pages. */
  readonly saved: SavedEdition | null;
  readonly channel: Channel;
  /** The days that count as sent once the edition is prepared; empty for other periods. */
  readonly days: readonly string[];
}

/** What `findDue` and `readJob` need. */
export interface JobParts {
  readonly editions: Pick<EditionStore, "find" | "audience" | "coveredDays">;
  readonly subscribers: Pick<SubscriberStore, "followed">;
  readonly channel: Channel;
  readonly now: Date;
  /** Addresses of explicit recipients, who are already in the store. */
  readonly named: readonly string[];
  /** Whether subscribers get the editions. */
  readonly includesSubscribers: boolean;
  /** Frequencies whose editions are pushed to webhooks, and so are due even without a reader. */
  readonly pushed: ReadonlySet<Frequency>;
  readonly readEdition: (source: Source) => Promise<Edition | NoEdition>;
  readonly sourceOf: (text: string) => Source;
}

/** The readers of a run without a source, whose views follow the site's days. */
const OF_DAYS: Followers = { of: [null], bindsNamed: true };

/**
 * Returns the jobs of a run: the given source; otherwise the completed days, the last week, the last month, and what readers follow
 * in their place.
 */
export async function findDue(source: Source | null, parts: JobParts): Promise<readonly EditionJob[]> {
  if (source !== null) return [sourceJob(source, parts)];
  const daily = await dailyJob(parts);
  const due = parts.includesSubscribers ? duePeriods(parts.now) : [];
  const periods = due.map(({ frequency, period }) => ({
    ...sourceJob(parts.sourceOf(period), { ...parts, named: [] }),
    name: period,
    frequency,
    followers: OF_DAYS,
  }));
  return [...(daily ? [daily] : []), ...periods, ...(await followedJobs(parts))];
}

/** Returns a job for each source that readers follow: of the day, the ISO week or the month of the run, by their frequency. */
async function followedJobs(parts: JobParts): Promise<readonly EditionJob[]> {
  const { named, includesSubscribers, now, sourceOf } = parts;
  const followed = await parts.subscribers.followed({ list: includesSubscribers, named });
  return followed.map(({ source: name, frequency }) => {
    const editionId = `${name}@${PERIOD_OF[frequency](utcDay(now))}`;
    return {
      name,
      editionId,
      sources: [{ ...sourceOf(name), followersEdition: editionId }],
      onlyNewest: false,
      frequency: includesSubscribers ? frequency : null,
      followers: { of: [name], bindsNamed: true },
      named: frequency === "daily" ? named : [],
      leftOut: null,
    };
  });
}

const PERIOD_OF: Readonly<Record<Frequency, (day: string) => string>> = {
  daily: (day) => day,
  weekly: isoWeekOf,
  monthly: monthOf,
};

function sourceJob(
  source: Source,
  { named, includesSubscribers }: Pick<JobParts, "named" | "includesSubscribers">,
): EditionJob {
  const { kind, period, name } = source;
  return {
    name,
    editionId: period === null ? null : `${kind}:${period}`,
    sources: [source],
    onlyNewest: false,
    frequency: includesSubscribers ? frequencyOf({ id: "", kind }) : null,
    followers: { of: isFollowable(source) ? [null, name] : [null], bindsNamed: false },
    named,
    leftOut: null,
  };
}

function isFollowable({ kind }: Source): boolean {
  return kind === "search" || kind === "trending";
}

async function dailyJob(parts: JobParts): Promise<EditionJob | null> {
  const yesterday = addDays(utcDay(parts.now), -1);
  const span = { first: "2000-01-01", last: yesterday };
  const covered = await parts.editions.coveredDays(parts.channel, span, parts.includesSubscribers ? null : parts.named);
  const { days, onlyNewest } = dueDays(parts.now, covered);
  if (days.length === 0) return null;
  return {
    name: days.length === 1 ? yesterday : `${days[0] ?? ""}..${yesterday}`,
    editionId: days.length === 1 ? `day:${yesterday}` : null,
    sources: days.map((day) => parts.sourceOf(day)),
    onlyNewest,
    frequency: parts.includesSubscribers ? "daily" : null,
    followers: OF_DAYS,
    named: parts.named,
    leftOut: daysLeftOut(parts.now, covered),
  };
}

/** The number of days that a catch-up goes back (docs/architecture.md, "Editions"). */
export const MAX_DAYS_BACK = 7;

/**
 * Returns the completed days since the newest day that was sent, at most a week back, oldest first. With an empty ledger, only
 * the newest day with papers is due: then all seven days are returned and `onlyNewest` is set.
 */
export function dueDays(
  now: Date,
  covered: ReadonlySet<string>,
): { readonly days: readonly string[]; readonly onlyNewest: boolean } {
  const today = utcDay(now);
  const days = Array.from({ length: MAX_DAYS_BACK }, (_, index) => addDays(today, index - MAX_DAYS_BACK));
  const newest = days.findLast((day) => covered.has(day));
  if (covered.size > 0) return { days: days.filter((day) => newest === undefined || day > newest), onlyNewest: false };
  return { days, onlyNewest: true };
}

/** Returns the completed days between the newest day that was sent and the oldest day of a catch-up. */
function daysLeftOut(now: Date, covered: ReadonlySet<string>): LeftOut | null {
  const newest = [...covered].toSorted().at(-1);
  if (newest === undefined) return null;
  const [first, last] = [addDays(newest, 1), addDays(utcDay(now), -MAX_DAYS_BACK - 1)];
  return first <= last ? { first, last } : null;
}

/** Returns the last completed week and month. Their letters are sent by the first run after the period ended. */
export function duePeriods(
  now: Date,
): readonly { readonly frequency: "weekly" | "monthly"; readonly period: string }[] {
  const today = utcDay(now);
  const lastWeek = isoWeekOf(addDays(today, -7));
  const lastMonth = monthOf(addDays(`${today.slice(0, 7)}-01`, -1));
  return [
    { frequency: "weekly", period: lastWeek },
    { frequency: "monthly", period: lastMonth },
  ];
}

/**
 * Fetches, parses and freezes the edition of a job. Returns a result instead if there is nothing to prepare: the edition was
 * already sent, it is due to no reader, or the site published no papers.
 */
export async function readJob(job: EditionJob, parts: JobParts): Promise<ReadyJob | JobResult> {
  const { name, editionId, frequency, named, followers } = job;
  const { channel } = parts;
  const saved = editionId === null ? null : await parts.editions.find({ editionId, channel });
  if (saved && named.length === 0 && !isDueForList(frequency, saved)) return alreadySent(name, saved.edition.id);
  const ready = { name, frequency, named, followers, channel };
  if (saved && isFrozen(frequency, saved))
    return { ...ready, saved, edition: saved.edition, days: daysOf(job.sources) };
  if (!(await isWanted(job, parts))) {
    return { name, editionId: null, reason: "nothing-due", message: `no letter of ${name} is due`, hint: null };
  }
  const read = await readSources(job, parts.readEdition);
  if ("reason" in read) return { name, editionId: null, hint: null, ...read };
  const edition = joinDays(read);
  const days = daysOf(read.map(({ source }) => source));
  const known = await parts.editions.find({ editionId: edition.id, channel });
  if (known && isFrozen(frequency, known)) return { ...ready, saved: known, edition: known.edition, days };
  return { ...ready, saved: null, edition, days };
}

/** Whether a saved edition was prepared for explicit recipients only, so that a run for the list must prepare it. */
function isDueForList(frequency: Frequency | null, { forList }: SavedEdition): boolean {
  return frequency !== null && !forList;
}

/**
 * Whether a saved edition is final. An edition that `--early --to` froze may be incomplete, so a run for the list reads its
 * page again.
 */
function isFrozen(frequency: Frequency | null, saved: SavedEdition): boolean {
  return !(saved.edition.early && isDueForList(frequency, saved));
}

function daysOf(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ kind, period }) => (kind === "day" && period !== null ? [period] : []));
}

/** Whether the edition has any reader. Called before anything is fetched. */
async function isWanted({ frequency, named, followers }: EditionJob, parts: JobParts): Promise<boolean> {
  if (frequency !== null && parts.pushed.has(frequency) && followers.of.includes(null)) return true;
  const { channel, now } = parts;
  const query = { frequency, named, followers, channel, now, edition: { id: "", papers: [] }, hadSince: now, days: [] };
  return (await parts.editions.audience(query)).some(({ readers }) => readers > 0);
}

/** Returns the result of a job whose edition was prepared by an earlier run. */
export function alreadySent(name: string, editionId: string): JobResult {
  return {
    name,
    editionId,
    reason: "already-sent",
    message: `${name} was sent before`,
    hint: `See its deliveries with: paperboy status ${editionId}`,
  };
}
