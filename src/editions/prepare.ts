import { PaperboyError } from "../core/errors.js";
import type { Digest, Edition, Letter, LikedText, Paper, View } from "../core/model.js";
import { rank } from "../rank/digest.js";
import { hasRevisit } from "../rank/revisit.js";
import type { AudienceGroup, AudienceQuery, Channel, GroupLetter, Store } from "../store/store.js";
import type { ReadyJob } from "./job.js";
import { alreadySent } from "./job.js";
import { lettersTo, NO_DELIVERIES } from "./recipients.js";
import { editionResult, resultOf } from "./results.js";
import type { JobResult } from "./results.js";
import type { Compared, Revisited } from "./revisit.js";

/**
 * How long a letter may still be sent after it was prepared, in ms. Late on the second day, the next edition is due
 * (docs/architecture.md, "The ledger").
 */
const SEND_WITHIN_MS = 44 * 3_600_000;

/**
 * How long, in ms, a reader gets no paper twice, by the kind of the edition. Weekly and monthly letters are surveys, and may repeat
 * even what was prepared at the same instant. What a search finds, it finds for years.
 */
const HAD_WITHIN_MS: Readonly<Partial<Record<Edition["kind"], number>>> = {
  week: -1,
  month: -1,
  trending: Infinity,
  search: Infinity,
};
const HAD_WITHIN_MS_OTHERWISE = 30 * 86_400_000;

export interface PrepareParts {
  readonly store: Pick<Store, "editions" | "ledger" | "subscribers">;
  /** Renders and checks the letter of a digest. Throws `config-invalid` if a check fails. */
  readonly writeLetter: (digest: Digest) => Promise<Letter>;
  readonly now: Date;
  /** Returns the liked texts of a view; absent if no view has interests. */
  readonly likedBy?: (view: View) => Promise<readonly LikedText[]>;
  /** Reads the pages of earlier editions again. Called at most once, and only if a reader's view has a revisit. */
  readonly revisitEditions: (edition: Edition, channel: Channel) => Promise<Revisited>;
  /** Called with each saved edition, before any of its letters is sent. */
  readonly onPrepared: (prepared: PreparedEdition) => Promise<void>;
}

/** A saved edition, and what each group of its readers gets. */
export interface PreparedEdition {
  readonly edition: Edition;
  readonly channel: Channel;
  /** Whether an earlier run froze the edition for explicit recipients, and this run prepared it for the list. */
  readonly completes: boolean;
  readonly groups: readonly PreparedGroup[];
  /** The input of its revisit; null without one. */
  readonly compared: Compared | null;
}

/** Readers who get the same letter, or none (null) because no paper is left for them. */
export interface PreparedGroup extends Pick<AudienceGroup, "view" | "readers">, Pick<GroupLetter, "letter" | "papers"> {
  /** Papers of the edition that these readers already had, or that are older than their subscription. */
  readonly withheld: readonly string[];
  /** The texts that the view likes. */
  readonly liked: readonly LikedText[];
}

/** The readers of an edition at one point in time. */
export interface Readers {
  readonly query: AudienceQuery;
  readonly groups: readonly AudienceGroup[];
  /** The id of the snapshot in the store; 0 in a dry run, which saves no snapshot. */
  readonly snapshot: number;
}

/** The letters of an edition, one for each group of readers who get the same. */
export interface EditionLetters extends Pick<Readers, "query" | "snapshot"> {
  readonly edition: Edition;
  readonly groups: readonly (GroupLetter & PreparedGroup)[];
  readonly compared: Compared | null;
}

/**
 * Returns the readers of a job's edition with their views. Letters are rendered for these groups, even if readers change in the
 * meantime.
 */
export async function readersOf(job: ReadyJob, dryRun: boolean, { store, now }: PrepareParts): Promise<Readers> {
  const query = audienceOf(job, now);
  if (dryRun) return { query, groups: await store.editions.audience(query), snapshot: 0 };
  const { id, groups } = await store.editions.snapshot(query);
  return { query, groups, snapshot: id };
}

/**
 * Ranks and renders a letter for each group of readers. If a view has a revisit, reads the pages of earlier editions again.
 * @throws PaperboyError `config-invalid` if a letter fails a check.
 */
export async function writeLetters(job: ReadyJob, readers: Readers, parts: PrepareParts): Promise<EditionLetters> {
  const isFinal = job.saved !== null && (job.saved.forList || job.frequency === null);
  const isRevisited = !isFinal && readers.groups.some(({ view }) => hasRevisit(view));
  const { edition, compared } = isRevisited
    ? await parts.revisitEditions(job.edition, job.channel)
    : { edition: job.edition, compared: null };
  const groups: (GroupLetter & PreparedGroup)[] = [];
  for (const group of readers.groups) groups.push(await letterFor(edition, group, parts));
  const { query, snapshot } = readers;
  return { edition, query, snapshot, groups, compared };
}

/**
 * Saves an edition, its letters and all its deliveries in one transaction. Saves nothing if the counts do not add up.
 * @throws PaperboyError `store-failed`.
 */
export async function prepareEdition(
  { name, channel, days, frequency, saved }: ReadyJob,
  { edition, query, snapshot, groups, compared }: EditionLetters,
  { store, now, onPrepared }: PrepareParts,
): Promise<JobResult> {
  const { id } = edition;
  const sendBefore = new Date(Number(now) + SEND_WITHIN_MS);
  const isLate = saved !== null && (saved.forList || frequency === null);
  const letters = isLate ? groups.map((group) => withDate(group, now)) : groups;
  const plan = { edition, channel, query, snapshot, letters, now, sendBefore, days };
  const result = await store.editions.prepare(plan);
  if (result === "snapshot-lost" || result === "miscounted") throw notPrepared(id, result);
  const excluded = withoutLetter(groups);
  if (result === "already-prepared") return { ...alreadySent(name, id), excluded };
  const completes = saved !== null && !saved.forList && frequency !== null;
  await onPrepared({ edition, channel, completes, groups, compared });
  return { ...prepared(name, id), excluded };
}

/** Dates the letter of readers who were added after the edition was prepared. */
function withDate<T extends GroupLetter>(group: T, now: Date): T {
  return group.letter === null ? group : { ...group, letter: { ...group.letter, date: now.toISOString() } };
}

function notPrepared(id: string, result: "snapshot-lost" | "miscounted"): PaperboyError {
  if (result === "snapshot-lost") {
    return new PaperboyError("store-failed", {
      message: `the saved list of readers of ${id} is gone, because the database was restarted or another run began`,
      hint: "Nothing was saved or sent. Run again.",
      retryable: true,
    });
  }
  return new PaperboyError("store-failed", {
    message: `the numbers of readers and letters of ${id} do not add up`,
    hint: "Nothing was saved or sent. Run `paperboy store check`. If it finds no problem, report this error.",
  });
}

/** Returns the counts that `prepareEdition` would save, and saves nothing. */
export async function previewEdition(
  { name, channel, frequency, named }: ReadyJob,
  { edition, groups }: EditionLetters,
  { store, now }: PrepareParts,
): Promise<JobResult> {
  const saved = await store.editions.find({ editionId: edition.id, channel });
  const isPrepared = saved !== null && (saved.forList || frequency === null);
  const excluded = withoutLetter(groups);
  const pending = lettersIn(groups);
  if (isPrepared && pending === 0) return { ...alreadySent(name, edition.id), excluded };
  const letters = await lettersTo(named, { editionId: edition.id, channel, now }, store);
  const isForNamed = frequency === null;
  const before = isForNamed ? letters.counts : saved ? (await editionResult(saved, store)).counts : NO_DELIVERIES;
  // In a run for the list, explicit recipients who left get a delivery in the state `suppressed`.
  const suppressed = isForNamed || isPrepared ? 0 : letters.left;
  const counts = {
    ...before,
    prepared: before.prepared + pending + suppressed,
    pending: before.pending + pending,
    suppressed: before.suppressed + suppressed,
  };
  const reasons = isPrepared && !isForNamed ? saved.excluded : excluded;
  return { ...prepared(name, edition.id), preview: { edition, result: resultOf(edition, counts), excluded: reasons } };
}

/** Counts the readers of groups with a letter. */
export function lettersIn(groups: EditionLetters["groups"]): number {
  return groups.reduce((sum, { letter, readers }) => (letter === null ? sum : sum + readers), 0);
}

/** Counts the readers of groups without a letter, by reason. */
function withoutLetter(groups: EditionLetters["groups"]): Readonly<Record<string, number>> {
  const excluded: Record<string, number> = {};
  for (const { letter, excluded: reason = "no-match", readers } of groups) {
    if (letter === null) excluded[reason] = (excluded[reason] ?? 0) + readers;
  }
  return excluded;
}

function prepared(name: string, editionId: string): JobResult {
  return { name, editionId, reason: "sent", message: `${name} was prepared`, hint: null };
}

function audienceOf({ edition, frequency, named, followers, channel, days }: ReadyJob, now: Date): AudienceQuery {
  const { id, papers } = edition;
  return { frequency, named, followers, edition: { id, papers }, channel, now, hadSince: hadSince(edition, now), days };
}

/** Returns the instant since which a paper in a reader's letters is not sent to that reader again. */
export function hadSince({ kind }: Pick<Edition, "kind">, now: Date): Date {
  return new Date(Math.max(0, Number(now) - (HAD_WITHIN_MS[kind] ?? HAD_WITHIN_MS_OTHERWISE)));
}

async function letterFor(
  edition: Edition,
  { key, view, firstDay, readers, had }: AudienceGroup,
  { writeLetter, likedBy }: PrepareParts,
): Promise<GroupLetter & PreparedGroup> {
  const hadIds = new Set(had);
  // Only a catch-up can have days before a reader joined.
  const isTooOld = ({ featuredOn }: Paper): boolean =>
    edition.days !== undefined && firstDay !== null && featuredOn !== null && featuredOn < firstDay;
  const isOffered = (paper: Paper): boolean => !hadIds.has(paper.id) && !isTooOld(paper);
  const papers = edition.papers.filter(isOffered);
  const withheld = edition.papers.filter((paper) => !isOffered(paper)).map(({ id }) => id);
  const liked = (await likedBy?.(view)) ?? [];
  const digest = rank({ ...edition, papers }, view, { liked, among: edition.papers });
  const shared = { key, view, readers, withheld, liked };
  if (digest.kept.length > 0) {
    return { ...shared, letter: await writeLetter(digest), papers: digest.kept.map(({ paper }) => paper.id) };
  }
  return { ...shared, letter: null, excluded: papers.length === 0 ? "had" : "no-match", papers: [] };
}
