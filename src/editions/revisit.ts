import { editionPeriod } from "../core/calendar.js";
import type { Edition } from "../core/model.js";
import { compareVotes } from "../rank/rising.js";
import type { MailedVotes, VoteChanges } from "../rank/rising.js";
import type { NoEdition } from "./freeze.js";
import type { AudienceQuery, EditionStore } from "../store/store.js";

/** How far back a revisit goes, in ms. */
const LOOK_BACK_MS = 14 * 86_400_000;

/**
 * A revisit requests every second page, newest first, and at most `MOST_PAGES`. Each new edition shifts the pages by one place, so
 * every page of two weeks is requested about five times.
 */
const MOST_PAGES = 5;
const EVERY = 2;

/** An edition that was mailed. */
export interface PastEdition {
  readonly edition: Edition;
  readonly preparedAt: Date;
}

/** What a revisit uses. */
export interface RevisitParts {
  readonly editions: Pick<EditionStore, "find">;
  /** Returns the editions of a channel that were prepared since then, in any order. */
  readonly past: (channel: Channel, since: Date) => Promise<readonly PastEdition[]>;
  /** Reads the current page of a day or a week. */
  readonly readAgain: (period: string) => Promise<Edition | NoEdition>;
  readonly now: Date;
  readonly warn: (message: string) => void;
}

type Channel = AudienceQuery["channel"];

/** What votes are compared with: mailed papers whose pages could be read again, and papers already shown as rising. */
export interface Compared {
  readonly mailed: readonly MailedVotes[];
  readonly shown: readonly string[];
  /** The ids of the editions that were read again, such as `day:2026-03-02`. */
  readonly pages: readonly string[];
}

/** An edition after a revisit. */
export interface Revisited {
  readonly edition: Edition;
  /** Null without a revisit: the edition is frozen, or is not a day or a week. */
  readonly compared: Compared | null;
  readonly others: VoteChanges["others"];
}

/**
 * Reads the pages of editions of the last two weeks again, and adds the papers whose votes have jumped to an edition. A saved
 * edition is returned as it was frozen. A page that cannot be read is a warning; after a network failure no further page is
 * requested. Days are compared with days, and weeks with weeks, because they have the same readers.
 */
export async function revisitEditions(edition: Edition, channel: Channel, parts: RevisitParts): Promise<Revisited> {
  const nothing = { compared: null, others: [] };
  const saved = await parts.editions.find({ editionId: edition.id, channel });
  if (saved?.forList) return { edition: saved.edition, ...nothing };
  // Explicit recipients had it before the list.
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

/** Returns an edition with the rising papers of these pages, and the reasons for the others. */
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
  return newestFirst.filter((_, place) => place % EVERY === 0).slice(0, MOST_PAGES);
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
      if ("reason" in edition) warn(`no revisit at ${period}: ${edition.message}`);
      else read.push({ period, edition });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`no revisit at ${period}: ${why}`);
      if (isAway(error)) break;
    }
  }
  return read;
}

/** Whether the site was not reached. The next request would wait as long, and delay the letters. */
function isAway(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "fetch-failed";
}
