import { editionPeriod, nextStart, utcDay } from "../core/calendar.js";
import { followedSource } from "../core/model.js";
import type { Digest, Edition, Letter, Welcome } from "../core/model.js";
import type { Channel, Frequency, SavedEdition, Store, Subscriber } from "../store/store.js";
import { followsOther, frequencyOf } from "./followers.js";
import type { ReadyJob } from "./job.js";
import { lettersIn, prepareEdition, readersOf, writeLetters } from "./prepare.js";
import type { PrepareParts } from "./prepare.js";
import { editionResult, resultOf } from "./results.js";
import type { JobResult } from "./results.js";

const DAY_MS = 86_400_000;

/** The maximum age of the newest edition of each frequency for new subscribers, in days. */
const MAX_AGE_DAYS: Readonly<Record<Frequency, number>> = { daily: 7, weekly: 14, monthly: 62 };

/** The maximum number of newcomers per call. The next call prepares the others. */
const MAX_NEWCOMERS = 500;

export interface WelcomeParts extends Pick<PrepareParts, "likedBy"> {
  readonly store: Pick<Store, "editions" | "ledger" | "signups" | "subscribers">;
  readonly channel: Channel;
  readonly now: Date;
  /** Renders and checks the letter of a digest. */
  readonly writeLetter: (digest: Digest) => Promise<Letter>;
}

/** An edition that was prepared for newcomers. */
export interface PreparedWelcome {
  readonly edition: SavedEdition;
  readonly addresses: readonly string[];
}

/**
 * Prepares the newest edition of the list for readers who have confirmed since it was prepared. Prepares nothing for a reader who
 * already has a delivery of it. If there is no such edition, the next run prepares their first one. The caller must hold the run
 * lock.
 * @throws the errors of `prepareEdition`. The newcomers then stay on their list.
 */
export async function prepareWelcomes(parts: WelcomeParts): Promise<readonly PreparedWelcome[]> {
  const ids = await parts.store.signups.newcomers(MAX_NEWCOMERS);
  const welcomed = await editionsFor(ids, [], parts);
  for (const { edition, addresses } of welcomed) {
    const { job, prepare } = jobFor(edition, addresses, parts);
    await prepareEdition(job, await writeLetters(job, await readersOf(job, false, prepare), prepare), prepare);
  }
  if (ids.length > 0) await parts.store.signups.forgetNewcomers(ids);
  return welcomed;
}

/**
 * Returns the editions of `prepareWelcomes` with the counts that they would have, and saves nothing.
 * @param planned the editions that the run would prepare for the list before; newcomers are among their readers.
 */
export async function previewWelcomes(planned: readonly Edition[], parts: WelcomeParts): Promise<readonly JobResult[]> {
  const results: JobResult[] = [];
  const ids = await parts.store.signups.newcomers(MAX_NEWCOMERS);
  for (const { edition: saved, addresses } of await editionsFor(ids, planned, parts)) {
    const { edition, excluded } = saved;
    const { job, prepare } = jobFor(saved, addresses, parts);
    const { groups } = await writeLetters(job, await readersOf(job, true, prepare), prepare);
    const letters = lettersIn(groups);
    if (letters === 0) continue;
    const { counts } = await editionResult(saved, parts.store);
    const after = { ...counts, prepared: counts.prepared + letters, pending: counts.pending + letters };
    results.push({
      name: edition.source,
      editionId: edition.id,
      reason: "sent",
      message: "first letters would be sent",
      hint: null,
      preview: { edition, result: resultOf(edition, after), excluded },
    });
  }
  return results;
}

/** Returns the edition of each newcomer. Omits newcomers for whom there is none, or who get one of `planned`. */
async function editionsFor(
  ids: readonly number[],
  planned: readonly Edition[],
  parts: WelcomeParts,
): Promise<readonly PreparedWelcome[]> {
  const readers = await Promise.all(ids.map((id) => parts.store.subscribers.byId(id)));
  const found: PreparedWelcome[] = [];
  for (const group of byEdition(readers.filter((reader) => reader?.state === "active"))) {
    const edition = await newestEdition(group[0], parts);
    if (edition === null || planned.some((one) => isFor(group[0], one) && isNewer(one, edition.edition))) continue;
    found.push({ edition, addresses: group.map(({ address }) => address) });
  }
  return found;
}

type Group = readonly [Subscriber, ...Subscriber[]];

/** Groups readers who get the same edition: those with the same frequency and source. */
function byEdition(readers: readonly (Subscriber | null)[]): readonly Group[] {
  const groups = new Map<string, [Subscriber, ...Subscriber[]]>();
  for (const reader of readers) {
    if (reader === null) continue;
    const key = JSON.stringify([reader.frequency, followedSource(reader.view)]);
    const group = groups.get(key);
    if (group) group.push(reader);
    else groups.set(key, [reader]);
  }
  return [...groups.values()];
}

/**
 * Returns the newest edition that readers with this frequency and source got from a run for the list; null if there is none or it
 * is too old.
 */
async function newestEdition(
  reader: Subscriber,
  { store, channel, now }: Pick<WelcomeParts, "channel" | "now"> & { readonly store: Pick<Store, "editions"> },
): Promise<SavedEdition | null> {
  const since = new Date(Number(now) - MAX_AGE_DAYS[reader.frequency] * DAY_MS);
  const theirs = (await store.editions.since(channel, since)).filter(
    ({ edition, forList }) => forList && isFor(reader, edition),
  );
  return theirs.toSorted((one, other) => (isNewer(one.edition, other.edition) ? 1 : -1)).at(-1) ?? null;
}

/** Whether an edition is for readers with this frequency and source. */
function isFor({ frequency, view }: Subscriber, edition: Edition): boolean {
  return lastDayOf(edition.id) !== null && frequencyOf(edition) === frequency && followsOther(view, edition) === null;
}

/** Whether a new subscriber is sent an issue at once: one exists, and it is not too old. */
export async function getsFirstIssue(
  reader: Subscriber,
  parts: { readonly store: Pick<Store, "editions">; readonly now: Date },
): Promise<boolean> {
  for (const channel of ["smtp", "outbox"] as const) {
    if ((await newestEdition(reader, { ...parts, channel })) !== null) return true;
  }
  return false;
}

/** Returns the last day, the week or the month in the id of a periodical edition; null for other editions, such as files. */
function lastDayOf(id: string): string | null {
  const [, period] = /@([\dW-]+)$/.exec(id) ?? [];
  return period ?? editionPeriod(id)?.last ?? null;
}

/** Whether the last day of an edition is that of another one, or later. */
function isNewer(one: Edition, other: Edition): boolean {
  return (lastDayOf(one.id) ?? "") >= (lastDayOf(other.id) ?? "");
}

/** Returns the job that prepares an edition for newcomers. Its letters say when the next one comes. */
function jobFor(saved: SavedEdition, named: readonly string[], parts: WelcomeParts) {
  const { store, channel, now, writeLetter, likedBy } = parts;
  const { edition } = saved;
  const welcome: Welcome = { next: nextIssue(frequencyOf(edition), now) };
  const job: ReadyJob = {
    name: edition.source,
    edition,
    saved,
    channel,
    frequency: null,
    named,
    followers: { of: [null, edition.source], bindsNamed: false },
    days: edition.days ?? [],
  };
  const prepare: PrepareParts = {
    store,
    now,
    writeLetter: (digest) => writeLetter({ ...digest, welcome }),
    ...(likedBy && { likedBy }),
    // The edition is frozen, with its revisit.
    revisitEditions: () => Promise.resolve({ edition, compared: null, others: [] }),
    onPrepared: () => Promise.resolve(),
  };
  return { job, prepare };
}

/** Returns the day of the next weekly or monthly letter; null for daily letters, which are sent whenever papers are published. */
export function nextIssue(frequency: Frequency, now: Date): string | null {
  return frequency === "daily" ? null : nextStart(frequency === "weekly" ? "week" : "month", utcDay(now));
}
