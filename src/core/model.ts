/** Types for the terms of docs/architecture.md ("Terms"), in the order of the pipeline. All values are immutable. */

import type { Reason, View } from "./view.js";

export * from "./source.js";
export * from "./view.js";

/** Returns the current time. Functions get the clock as a parameter, so that `--now` moves dates, gates and deadlines together. */
export type Clock = () => Date;

export type Author = { readonly name: string };

export interface Organization {
  readonly name: string;
  readonly url: string | null;
}

export interface Submitter {
  /** The full name; null where the page shows the user name alone (cards). */
  readonly name: string | null;
  readonly username: string | null;
}

/** One entry of a page. A field that the page lacks is null, or an empty list; values are never guessed. */
export interface Paper {
  /** The arXiv id, such as `2603.01234`. */
  readonly id: string;
  readonly title: string;
  readonly abstract: string | null;
  readonly authors: readonly Author[];
  readonly upvotes: number | null;
  readonly comments: number | null;
  readonly url: string;
  readonly arxivUrl: string;
  readonly pdfUrl: string;
  readonly codeUrl: string | null;
  readonly stars: number | null;
  readonly projectUrl: string | null;
  readonly organization: Organization | null;
  readonly submittedBy: Submitter | null;
  /** The time of publication on arXiv, exactly as the page has it. */
  readonly publishedAt: string | null;
  /** The day on which the site featured it, `YYYY-MM-DD`. */
  readonly featuredOn: string | null;
  readonly thumbnailUrl: string | null;
  readonly mediaUrls: readonly string[];
  /** The site's own one-line summary. */
  readonly summary: string | null;
  readonly keywords: readonly string[];
  /** The site's text before TeX and markup were converted. */
  readonly raw: { readonly title: string; readonly abstract: string | null; readonly summary: string | null };
  /** Present if the operator's program (setting `enrich`) replaced texts of the paper, or added a note. */
  readonly enriched?: Enriched;
}

/** What the operator's program changed in a paper. */
export interface Enriched {
  /** The name of the program in letters: "Summary by NAME". */
  readonly by: string;
  /** The language of its texts (BCP 47); null if it is not configured. */
  readonly language: string | null;
  readonly note?: string;
  /** The site's own texts that were replaced. */
  readonly original: Partial<Pick<Paper, "title" | "summary" | "keywords">>;
}

export type PageKind = "day" | "week" | "month" | "trending" | "search" | "paper" | "api";

export type PageFormat = "data" | "cards" | "api";

/** An entry of the page that was left out because it could not be read. */
export interface Skipped {
  /** The position on the page, from 0. */
  readonly index: number;
  readonly id: string | null;
  readonly reason: string;
}

/** A difference between the page and the format that Paperboy knows ("drift"). */
export interface ParseIssue {
  readonly level: "warning" | "error";
  /** The check that found it (src/parse/issues.ts). */
  readonly check: string;
  /** The affected field or selector. */
  readonly field: string;
  readonly message: string;
  /** `count` of `of` entries are affected. */
  readonly count: number;
  readonly of: number;
}

/** A parsed page. */
export interface Reading {
  readonly url: string | null;
  readonly kind: PageKind;
  /** The day, ISO week or month according to the page; null when the page has none. */
  readonly date: string | null;
  /** False while the site may have more papers; null for trending, a search and a single paper. */
  readonly complete: boolean | null;
  /** When the site generated the page; null for a file. */
  readonly generatedAt: Date | null;
  readonly format: PageFormat;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  readonly issues: readonly ParseIssue[];
}

/** The papers of one source, frozen. Each reader gets an edition at most once. */
export interface Edition {
  /** `day:2026-03-09`, `week:2026-W11`, `trending:2026-10-07`, `file:<sha256>` (docs/architecture.md, "Editions"). */
  readonly id: string;
  readonly source: string;
  readonly kind: PageKind;
  readonly date: string | null;
  /** The URL of the page on the site, for the link "and N more"; null for a file without one. */
  readonly url: string | null;
  readonly format: PageFormat;
  /** True when it was frozen before the day was complete (`--early`). */
  readonly early: boolean;
  /** The UTC day on which trending papers or a search were read. */
  readonly readOn?: string;
  /** True when it is only for readers whose view follows its source; it is not pushed. */
  readonly forFollowers?: true;
  /** The number of papers that the site shows of a week or a month with more; absent if it shows all of them. */
  readonly selection?: number;
  /** The days of a catch-up, oldest first. Its papers are grouped by day (`featuredOn`), newest first. */
  readonly days?: readonly string[];
  readonly papers: readonly Paper[];
  /** The rising papers, greatest rise first; absent when no view has a revisit or no paper rose. */
  readonly rising?: readonly RisingPaper[];
}

/** A paper of an earlier edition that has since gained many votes (src/rank/revisit.ts). */
export interface RisingPaper {
  /** The paper as the site shows it at the revisit. */
  readonly paper: Paper;
  /** The day or week of the earlier edition: `2026-03-02`, `2026-W10`. */
  readonly since: string;
  /** Votes in the earlier edition. */
  readonly before: number;
  /** Votes at the revisit. */
  readonly now: number;
}

/** A paper that is in the letter. */
export interface Kept {
  readonly paper: Paper;
  /** The position in the letter, from 1. */
  readonly rank: number;
  /** `lead`: at the top, with its authors; `full`: with a summary; `line`: one line. */
  readonly form: "lead" | "full" | "line";
  readonly reasons: readonly Reason[];
}

/** A paper that is not in the letter, with the reasons. */
export interface Dropped {
  readonly paper: Paper;
  readonly reasons: readonly Reason[];
}

/** An edition ranked for a view. */
export interface Digest {
  readonly edition: Edition;
  readonly view: View;
  readonly kept: readonly Kept[];
  readonly dropped: readonly Dropped[];
  /** Absent when the view asks for no revisit. */
  readonly revisit?: Revisit;
  /** Present in the first letter of readers who have just subscribed. */
  readonly welcome?: Welcome;
}

/** What the first letter of new subscribers says. */
export interface Welcome {
  /** The day of the next letter; null if letters are sent every day with new papers. */
  readonly next: string | null;
}

/** The rising papers of an edition, ranked for a view; `dropped` has those that the view excludes or limits. */
export interface Revisit {
  readonly kept: readonly RevisitPaper[];
  readonly dropped: readonly RevisitPaper[];
}

/** A rising paper, with the reasons why it is in the letter or not. */
export interface RevisitPaper extends RisingPaper {
  readonly reasons: readonly Reason[];
}

/** A digest rendered once for all readers who share a view. */
export interface Letter {
  readonly editionId: string;
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  readonly language: string;
  /** When it was written, for readers who were added after the edition was prepared; absent: with the edition. */
  readonly date?: string;
  /** The number of papers that were cut to stay within the size limit, the last paper first; absent without a limit. */
  readonly trimmed?: {
    /** Papers with a shortened abstract. */
    readonly shortened: number;
    /** Papers cut down to their titles. */
    readonly titlesOnly: number;
    /** Papers that were left out. */
    readonly left: number;
    /** Papers of the revisit that were left out; these are removed first. Absent: none. */
    readonly revisit?: number;
  };
}

/** The states of a delivery in results, in the order of printed counts (docs/architecture.md, "Results"). */
export const DELIVERY_STATES = [
  "sent",
  "deferred",
  "refused",
  "uncertain",
  "suppressed",
  "expired",
  "pending",
] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The result of sending one message. */
export interface Delivery {
  readonly to: string;
  readonly state: DeliveryState;
  /** The server's reply, or the path of the file that was written. */
  readonly detail: string;
}
