import { editionPeriod } from "../core/calendar.js";
import type { Edition } from "../core/model.js";
import { compareVotes } from "../rank/revisit.js";
import type { MailedVotes, VoteChanges } from "../rank/revisit.js";
import type { NoEdition } from "./freeze.js";
import type { AudienceQuery, EditionStore } from "../store/store.js";

/** The maximum age, in ms, of the editions that a revisit reads again. */
const LOOK_BACK_MS = 14 * 86_400_000;

/**
 * A revisit requests every second page, newest first, up to `MAX_PAGES`. Because each new edition shifts the pages by one,
 * every page of the last two weeks is requested about five times.
 */
const MAX_PAGES = 5;
const PAGE_STEP = 2;

/** An edition that was mailed. */
export interface PastEdition {
  readonly edition: Edition;
  readonly preparedAt: Date;
}

/** What `revisitEditions` needs. */
export interface RevisitParts {
  readonly editions: Pick<EditionStore, "find">;
  /** Returns the editions of a channel that were prepared since an instant, in any order. */
  readonly past: (channel: Channel, since: Date) => Promise<readonly PastEdition[]>;
  /** Reads the current page of a day or a week. */
  readonly readAgain: (period: string) => Promise<Edition | NoEdition>;
  readonly now: Date;
  readonly warn: (message: string) => void;
}

type Channel = AudienceQuery["channel"];

/** The input of a comparison of votes: mailed papers whose pages could be read again, and papers already shown as rising. */
export interface Compared {
  readonly mailed: readonly MailedVotes[];
  readonly shown: readonly string[];
  /** The ids of the editions that were read again, such as `day:2026-03-02`. */
  readonly pages: readonly string[];
}

/** An edition after a revisit. */
export interface Revisited {
  readonly edition: Edition;
  /** Null if there was no revisit: the edition is already frozen, or is not a day or a week. */
  readonly compared: Compared | null;
  readonly others: VoteChanges["others"];
}

/**
 * Reads the pages of earlier editions of the last two weeks again, and adds papers that have gained many votes to an edition. A
 * saved edition is returned unchanged. If a page cannot be read, that is a warning; after a network failure no further page is
 * requested. Days are compared with days and weeks with weeks, because their readers are the same.
 */
export async function revisitEditions(edition: Edition, channel: Channel, parts: RevisitParts): Promise<Revisited> {
  const nothing = { compared: null, others: [] };
  const saved = await parts.editions.find({ editionId: edition.id, channel });
  if (saved?.forList) return { edition: saved.edition, ...nothing };
  // Explicit recipients got it before the list.
  if (saved?.edition.rising) return { edition: { ...edition, rising: saved.edition.rising }, ...nothing };
  const kind = editionPeriod(edition.id)?.kind;
  if (kind !== "day" && kind !== "week") return { edition, ...nothing };
  const all = await parts.past(channel, new Date(Number(parts.now) - LOOK_BACK_MS));
  const past = all
    .filter((one) => editionPeriod(one.edition.id)?.kind === kind && one.edition.id !== edition.id)
    .toSorted((a, b) => Number(a.preparedAt) - Number(b.preparedAt));
  const mailed = mailedIn(past);
  const read = await readPages(pagesOf(mailed, edition), parts);
  const periods = new Set(read.map(({ period }) => period));
  const compared: Compared = {
    mailed: mailed.filter(({ since }) => periods.has(since)),
    shown: past.flatMap((one) => one.edition.rising ?? []).map(({ paper }) => paper.id),
    pages: read.map((page) => page.edition.id),
  };
  return {
    compared,
    ...withRising(
      edition,
      compared,
      read.map((page) => page.edition),
    ),
  };
}

/**
 * Adds the rising papers of these pages to an edition. Also returns the other papers, with the reasons why they are not rising.
 */
export function withRising(
  edition: Edition,
  { mailed, shown }: Pick<Compared, "mailed" | "shown">,
  pages: readonly Edition[],
): Pick<Revisited, "edition" | "others"> {
  const now = pages.flatMap(({ papers }) => papers);
  const { rising, others } = compareVotes(now, { mailed, shown: new Set(shown), edition });
  return { edition: rising.length === 0 ? edition : { ...edition, rising }, others };
}

/** Returns each paper with its votes in the newest edition that contained it. */
function mailedIn(past: readonly PastEdition[]): readonly MailedVotes[] {
  const newest = new Map<string, MailedVotes>();
  for (const { edition } of past) {
    const { date = "" } = editionPeriod(edition.id) ?? {};
    for (const { id, upvotes, featuredOn } of edition.papers) {
      // In a catch-up, each paper has its own day.
      const since = edition.days === undefined ? date : (featuredOn ?? edition.days.at(-1) ?? date);
      newest.set(id, { id, since, votes: upvotes });
    }
  }
  return [...newest.values()];
}

function pagesOf(mailed: readonly MailedVotes[], { id, days = [] }: Edition): readonly string[] {
  const own = new Set([...days, editionPeriod(id)?.date]);
  const periods = [...new Set(mailed.map(({ since }) => since))].filter((period) => !own.has(period));
  const newestFirst = periods.toSorted().toReversed();
  return newestFirst.filter((_, place) => place % PAGE_STEP === 0).slice(0, MAX_PAGES);
}

interface ReadPage {
  readonly period: string;
  readonly edition: Edition;
}

async function readPages(periods: readonly string[], { readAgain, warn }: RevisitParts): Promise<ReadPage[]> {
  const read: ReadPage[] = [];
  for (const period of periods) {
    try {
      const edition = await readAgain(period);
      if ("reason" in edition) warn(`no revisit of ${period}: ${edition.message}`);
      else read.push({ period, edition });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`no revisit of ${period}: ${why}`);
      if (isUnreachable(error)) break;
    }
  }
  return read;
}

/** Whether the site could not be reached. Another request would take as long to fail, and delay the letters. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "fetch-failed";
}
