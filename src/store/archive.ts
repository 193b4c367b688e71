import type { PeriodKind } from "../core/calendar.js";
import type { Edition, Paper } from "../core/model.js";

/** An edition in the public archive. */
export interface ArchivedEdition {
  readonly editionId: string;
  readonly kind: PeriodKind;
  /** `2026-03-09`, `2026-W11`, `2026-03`, or the days of a catch-up, `2026-03-07..2026-03-09`. Unique. */
  readonly date: string;
  /** When it was prepared. */
  readonly at: Date;
  /** The number of papers. */
  readonly papers: number;
  /** The titles of its first papers, at most five. */
  readonly titles: readonly string[];
}

/** A paper as it is in its newest edition, and the editions that contain it, newest first. */
export interface ArchivedPaper {
  readonly paper: Paper;
  readonly editions: readonly Pick<ArchivedEdition, "editionId" | "kind" | "date" | "at">[];
}

export interface ArchiveSearch {
  /**
   * Untrusted plain text. Results contain every word (src/core/fold.ts) in title, keywords, authors or abstract, and the words in
   * quotation marks next to each other; the last word may be a prefix of at least two characters. Only the first 8 words are used.
   */
  readonly text: string;
  /** `relevance`: papers with the whole text as a phrase come first; titles count most, then keywords and authors, then abstracts. Ties are ordered newest first. */
  readonly order: "relevance" | "newest";
  readonly limit: number;
  readonly offset: number;
}

/**
 * The public archive of days, weeks and months with at least one delivery. Editions of a search, a file or an address are never
 * added (src/core/calendar.ts, `editionPeriod`), because they reveal a reader's interests.
 *
 * An edition is added in the transaction that prepares it. There is one edition per date; a mailed one replaces one that was
 * only written to the outbox. All methods except `index` are read-only.
 */
export interface ArchiveStore {
  /** Adds prepared editions that are missing from the archive and returns their number. */
  index(): Promise<number>;
  /** Returns a text that changes whenever the archive changes. */
  version(): Promise<string>;
  /** Lists one kind by date, or all kinds (null) by time of preparation; newest first. */
  editions(query: {
    readonly kind: PeriodKind | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly total: number; readonly editions: readonly ArchivedEdition[] }>;
  /** Finds an edition by date, in the form of `ArchivedEdition`; null if the archive has none. */
  edition(date: string): Promise<(ArchivedEdition & { readonly edition: Edition }) | null>;
  /** Finds the editions of the same kind before and after the one of a date, in the order of `editions`; null where there is none. */
  neighbours(date: string): Promise<{ readonly before: ArchivedEdition | null; readonly next: ArchivedEdition | null }>;
  paper(paperId: string): Promise<ArchivedPaper | null>;
  /** Lists papers by the time when they were first mailed, newest first, then by their position on the page. */
  recent(query: { readonly limit: number; readonly offset: number }): Promise<readonly ArchivedPaper[]>;
  search(query: ArchiveSearch): Promise<{ readonly total: number; readonly papers: readonly ArchivedPaper[] }>;
}
