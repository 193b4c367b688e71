import { editionPeriod } from "../core/calendar.js";
import type { Edition } from "../core/model.js";
import { compareVotes } from "../rank/rising.js";
import type { MailedVotes, VoteChanges } from "../rank/rising.js";
import type { NoEdition } from "./freeze.js";
import type { AudienceQuery, EditionStore } from "../store/store.js";

/** How far back a revisit goes, in ms: what is older is not remembered by who reads it. */
const LOOK_BACK_MS = 14 * 86_400_000;

/**
 * The site is asked for every second page, the newest first, and for no more than these. Each edition moves all pages on by one
 * place, so every page of a fortnight is looked at about five times, by at most five requests a letter.
 */
const MOST_PAGES = 5;
const EVERY = 2;

/** An edition that was mailed. */
export interface PastEdition {
  readonly edition: Edition;
  readonly preparedAt: Date;
}

/** What a revisit needs of the world. */
export interface RevisitParts {
  readonly editions: Pick<EditionStore, "find">;
  /** Editions of a channel that were prepared since then, in any order, each once. */
  readonly past: (channel: Channel, since: Date) => Promise<readonly PastEdition[]>;
  /** Reads the page of a day or a week as it is now. */
  readonly readAgain: (period: string) => Promise<Edition | NoEdition>;
  readonly now: Date;
  readonly warn: (message: string) => void;
}

type Channel = AudienceQuery["channel"];

/** What votes are compared with: the papers of the pages that could be read again, and those that had their revisit. */
export interface Compared {
  readonly mailed: readonly MailedVotes[];
  readonly shown: readonly string[];
  /** The ids of the editions that the pages make now, such as `day:2026-03-02`. */
  readonly pages: readonly string[];
}

/** An edition after a revisit. */
export interface Looked {
  readonly edition: Edition;
  /** Null where nothing was looked at: the edition is frozen, or not one of a day or a week. */
  readonly compared: Compared | null;
  readonly others: VoteChanges["others"];
}

/**
 * Looks again at the pages of editions of the last fortnight, and adds to an edition the papers whose votes jumped. An edition
 * that is saved comes back as it was frozen. Pages that cannot be read are left out with a warning; once the site cannot be
 * reached it is asked for no more. Days are compared with days and weeks with weeks, which have the same readers.
 */
export async function revisitEditions(edition: Edition, channel: Channel, parts: RevisitParts): Promise<Looked> {
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
    ...withRisen(
      edition,
      compared,
      read.map((page) => page.edition),
    ),
  };
}

/** An edition with what has rising on these pages, and what has not. */
export function withRisen(
  edition: Edition,
  { mailed, shown }: Pick<Compared, "mailed" | "shown">,
  pages: readonly Edition[],
): Pick<Looked, "edition" | "others"> {
  const now = pages.flatMap(({ papers }) => papers);
  const { rising, others } = compareVotes(now, { mailed, shown: new Set(shown), edition });
  return { edition: rising.length === 0 ? edition : { ...edition, rising }, others };
}

/** Each paper as the newest edition had it. */
function mailedIn(past: readonly PastEdition[]): readonly MailedVotes[] {
  const newest = new Map<string, MailedVotes>();
  for (const { edition } of past) {
    const { date = "" } = editionPeriod(edition.id) ?? {};
    for (const { id, upvotes, featuredOn } of edition.papers) {
      // A catch-up says of each paper which of its days it is from.
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

/** Whoever cannot reach the site for one page would wait as long for the next one, and the letters with it. */
function isAway(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "fetch-failed";
}
