import type { PeriodKind } from "../core/calendar.js";
import type { Edition, Paper } from "../core/model.js";

/** An edition that anybody may read again. */
export interface ArchivedEdition {
  readonly editionId: string;
  readonly kind: PeriodKind;
  /** `2026-03-09`, `2026-W11`, `2026-03`, or the days of a catch-up, `2026-03-07..2026-03-09`. No two editions share one. */
  readonly date: string;
  /** When it was prepared for its readers. */
  readonly at: Date;
  /** How many papers it has. */
  readonly papers: number;
  /** The titles that stand first on its page, five at most. */
  readonly titles: readonly string[];
}

/** A paper, as the newest edition that holds it has it, and the editions in which it was mailed, the newest first. */
export interface ArchivedPaper {
  readonly paper: Paper;
  readonly editions: readonly Pick<ArchivedEdition, "editionId" | "kind" | "date" | "at">[];
}

export interface ArchiveSearch {
  /**
   * A stranger's text, never a query language: its words (src/core/fold.ts) must all be in a paper's title, keywords, authors or
   * abstract; the last one may be the beginning of a word, from two characters on. Of many words the first few count.
   */
  readonly text: string;
  /** `relevance`: titles count most, then keywords and authors, then abstracts. Both orders go on by the newest. */
  readonly order: "relevance" | "newest";
  readonly limit: number;
  readonly offset: number;
}

/**
 * The editions that may be public, to be read again: days, weeks and months that were prepared for somebody. What was made
 * from a search, a file or an address never gets in (src/core/calendar.ts, `editionPeriod`): it may tell what somebody looked for.
 *
 * An edition is in the archive as soon as it is prepared, in the same transaction. One date has one edition: what was mailed
 * takes the place of what only went into the outbox. Every method but `index` reads alone.
 */
export interface ArchiveStore {
  /** Takes in editions that were prepared before there was an archive; answers how many. */
  index(): Promise<number>;
  /** Another text whenever the archive holds something else. */
  version(): Promise<string>;
  /** Those of a kind by their dates, the newest first; those of all kinds (null) by when they were prepared. */
  editions(query: {
    readonly kind: PeriodKind | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly total: number; readonly editions: readonly ArchivedEdition[] }>;
  /** The edition of a date as it is written in `ArchivedEdition`; null when the archive has none. */
  edition(date: string): Promise<(ArchivedEdition & { readonly edition: Edition }) | null>;
  paper(paperId: string): Promise<ArchivedPaper | null>;
  /** By when they were first mailed, the newest first, and then as they stand on the page. */
  recent(query: { readonly limit: number; readonly offset: number }): Promise<readonly ArchivedPaper[]>;
  search(query: ArchiveSearch): Promise<{ readonly total: number; readonly papers: readonly ArchivedPaper[] }>;
}
