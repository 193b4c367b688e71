import type { Letter, Paper } from "../model.js";
import type { SavedEdition } from "./editions.js";

export interface ArchivedPaper {
  readonly paper: Paper;
  /** The editions that it stood in, the newest first. */
  readonly editions: readonly { readonly editionId: string; readonly date: string | null; readonly preparedAt: Date }[];
}

/** The editions that went out, to be read again. Only those that may be public: days, weeks, months (no files, no addresses). */
export interface ArchiveStore {
  /** One edition however it went out (smtp before outbox); null when there is none. */
  edition(editionId: string): Promise<SavedEdition | null>;
  /** The newest first, by date; `before` is the date of the last one of the page before (`YYYY-MM-DD`, `2026-W40`, `2026-10`). */
  editions(query: {
    readonly kind: "day" | "week" | "month";
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly SavedEdition[]>;
  /** The letter that most readers of this edition got; null when none did. Its slots are empty places. */
  letter(editionId: string): Promise<Letter | null>;
  paper(paperId: string): Promise<ArchivedPaper | null>;
  /** Full-text search over titles, abstracts, authors and keywords; the words are hostile text, never a query language. */
  search(query: { readonly words: string; readonly limit: number; readonly offset: number }): Promise<{
    readonly total: number;
    readonly papers: readonly ArchivedPaper[];
  }>;
  /** Papers of editions since then, the newest edition first; each paper once. */
  recentPapers(query: { readonly limit: number }): Promise<readonly ArchivedPaper[]>;
  /** Reads editions that are not in the search index yet into it; answers how many papers were added. */
  index(): Promise<number>;
}
