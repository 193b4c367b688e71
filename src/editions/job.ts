import { addDays, isoWeekOf, monthOf, utcDay } from "../core/calendar.js";
import type { Edition, Source } from "../core/model.js";
import type { Channel, EditionStore, Frequency, SavedEdition } from "../store/store.js";
import { joinDays, readSources } from "./catch-up.js";
import type { NoEdition } from "./freeze.js";
import type { JobResult } from "./results.js";

/** An edition that a run should prepare, if it is due to any reader. */
export interface EditionJob {
  /** For messages: `2026-10-02`, `2026-W40`. */
  readonly name: string;
  /** The edition's id where it is known before its page is read: an edition that was prepared is not fetched again. */
  readonly editionId: string | null;
  /** The pages to read, oldest first. Several are joined into one edition. */
  readonly sources: readonly Source[];
  /** Reads no more than the newest page that has papers. */
  readonly onlyNewest: boolean;
  /** Subscribers of this frequency get the edition; null: subscribers take no part. */
  readonly frequency: Frequency | null;
  /** Addresses of explicit recipients, who may join an edition that was sent before. */
  readonly named: readonly string[];
  /** Days before `sources` that were not sent, and are too old to be sent by this run; null without any. */
  readonly leftOut: LeftOut | null;
}

/** Completed days, both ends included (`YYYY-MM-DD`). */
export interface LeftOut {
  readonly first: string;
  readonly last: string;
}

/** A job whose edition is frozen. */
export interface ReadyJob extends Pick<EditionJob, "name" | "frequency" | "named"> {
  readonly edition: Edition;
  /** The edition as an earlier run froze it; null when this run read its pages. */
  readonly saved: SavedEdition | null;
  readonly channel: Channel;
  /** The days that count as done once this is prepared; empty where the edition is not about days. */
  readonly days: readonly string[];
}

/** What finding and reading jobs takes. */
export interface JobParts {
  readonly editions: Pick<EditionStore, "find" | "audience" | "coveredDays">;
  readonly channel: Channel;
  readonly now: Date;
  /** Addresses of explicit recipients; the store knows them already. */
  readonly named: readonly string[];
  /** Whether subscribers take part. */
  readonly includesSubscribers: boolean;
  /** Frequencies whose editions go to webhooks too, and so are due without a reader. */
  readonly pushed: ReadonlySet<Frequency>;
  readonly readEdition: (source: Source) => Promise<Edition | NoEdition>;
  readonly sourceOf: (text: string) => Source;
}

const FREQUENCY_OF: Readonly<Partial<Record<Source["kind"], Frequency>>> = { week: "weekly", month: "monthly" };

/** Returns the jobs of a run: the source that it names; otherwise the completed days, the last week and the last month. */
export async function findDue(source: Source | null, parts: JobParts): Promise<readonly EditionJob[]> {
  if (source !== null) return [sourceJob(source, parts)];
  const daily = await dailyJob(parts);
  const due = parts.includesSubscribers ? duePeriods(parts.now) : [];
  const periods = due.map(({ frequency, period }) => ({
    ...sourceJob(parts.sourceOf(period), { ...parts, named: [] }),
    name: period,
    frequency,
  }));
  return [...(daily ? [daily] : []), ...periods];
}

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
    frequency: includesSubscribers ? (FREQUENCY_OF[kind] ?? "daily") : null,
    named,
    leftOut: null,
  };
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
    named: parts.named,
    leftOut: daysLeftOut(parts.now, covered),
  };
}

/** How many days a catch-up goes back: older papers are not news (docs/architecture.md, "Editions"). */
export const MAX_DAYS_BACK = 7;

/**
 * Returns the completed days that are due, oldest first: those since the newest day that was sent, at most a week back. With an
 * empty ledger only the newest day that has papers is due, so all are candidates and `onlyNewest` is set.
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

/** Returns the completed days between the newest day that was sent and the oldest one that a run catches up on. */
function daysLeftOut(now: Date, covered: ReadonlySet<string>): LeftOut | null {
  const newest = [...covered].toSorted().at(-1);
  if (newest === undefined) return null;
  const [first, last] = [addDays(newest, 1), addDays(utcDay(now), -MAX_DAYS_BACK - 1)];
  return first <= last ? { first, last } : null;
}

/** Returns the last completed week and month. Their letters go out with Monday's run, or the first one after it. */
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
 * Fetches, parses and freezes the edition of a job. Returns how the job ended when there is nothing to prepare: the edition was
 * sent before, no reader is due it, or the site published no papers.
 */
export async function readJob(job: EditionJob, parts: JobParts): Promise<ReadyJob | JobResult> {
  const { name, editionId, frequency, named } = job;
  const { channel } = parts;
  const saved = editionId === null ? null : await parts.editions.find({ editionId, channel });
  if (saved && named.length === 0 && !isDueForList(frequency, saved)) return alreadySent(name, saved.edition.id);
  const ready = { name, frequency, named, channel };
  if (saved && isFrozen(frequency, saved))
    return { ...ready, saved, edition: saved.edition, days: daysOf(job.sources) };
  if (!(await isWanted(job, parts))) {
    return { name, editionId: null, reason: "nothing-due", message: `no reader is due ${name}`, hint: null };
  }
  const read = await readSources(job, parts.readEdition);
  if ("reason" in read) return { name, editionId: null, hint: null, ...read };
  const edition = joinDays(read);
  const days = daysOf(read.map(({ source }) => source));
  const known = await parts.editions.find({ editionId: edition.id, channel });
  if (known && isFrozen(frequency, known)) return { ...ready, saved: known, edition: known.edition, days };
  return { ...ready, saved: null, edition, days };
}

/** Whether only explicit recipients have a saved edition, so that a run for the list must prepare it. */
function isDueForList(frequency: Frequency | null, { forList }: SavedEdition): boolean {
  return frequency !== null && !forList;
}

/** Whether a saved edition stays as it was frozen. What `--early --to` froze may be incomplete, and is not sent to the list. */
function isFrozen(frequency: Frequency | null, saved: SavedEdition): boolean {
  return !(saved.edition.early && isDueForList(frequency, saved));
}

function daysOf(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ kind, period }) => (kind === "day" && period !== null ? [period] : []));
}

/** Whether the edition has any reader; asked before anything is fetched. */
async function isWanted({ frequency, named }: EditionJob, parts: JobParts): Promise<boolean> {
  if (frequency !== null && parts.pushed.has(frequency)) return true;
  const { channel, now } = parts;
  const query = { frequency, named, channel, now, edition: { id: "", papers: [] }, hadSince: now, days: [] };
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
