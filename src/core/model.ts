/** The words of the house (docs/architecture.md, "Terms") as readonly types. Nobody changes a value that was handed over. */

import type { Reason, View } from "./view.js";

export * from "./view.js";

/** What time it is. Handed in everywhere, so that `--now` moves dates, gates and deadlines together. */
export type Clock = () => Date;

/** The kinds of page that a source can name; `page` is an address or file that says itself which kind it holds. */
export type SourceKind = "day" | "week" | "month" | "trending" | "search" | "paper" | "page";

/** Where a source is read from. */
export type Location =
  | { readonly type: "url"; readonly url: string }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "stdin" };

/** What a digest is made from: one word on the command line, told apart by its form (src/fetch/sources.ts). */
export interface Source {
  readonly kind: SourceKind;
  /** As it is written in results and messages: `2026-10-02`, `search:LLaVA-1.5`, `fixtures/pages/daily.html`. */
  readonly name: string;
  /** The day, ISO week or month asked for (`2026-10-02`, `2026-W40`, `2026-10`); null when the page decides. */
  readonly period: string | null;
  readonly location: Location;
  /** The same papers from the site's API; null where the API has no such list. */
  readonly apiUrl: string | null;
}

/** What a fetch brought. */
export interface Page {
  /** The final address after redirects; null for a file or standard input. */
  readonly url: string | null;
  readonly body: string;
  /** The media type that came with it, lower case, without parameters; null when nothing said so. */
  readonly mediaType: string | null;
  readonly fetchedAt: Date;
  /** `cache`: the site said 304 and the body is the saved one. */
  readonly from: "network" | "cache" | "file";
}

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

/** One entry of a page. What the page does not say is null (lists: empty), never invented. */
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
  /** When arXiv published it, verbatim as the page has it. */
  readonly publishedAt: string | null;
  /** The day on which the site featured it, `YYYY-MM-DD`. */
  readonly featuredOn: string | null;
  readonly thumbnailUrl: string | null;
  readonly mediaUrls: readonly string[];
  /** The site's own one-line summary. */
  readonly summary: string | null;
  readonly keywords: readonly string[];
  /** What the site wrote, before it was made readable. */
  readonly raw: { readonly title: string; readonly abstract: string | null; readonly summary: string | null };
}

export type PageKind = "day" | "week" | "month" | "trending" | "search" | "paper" | "api";

export type PageFormat = "data" | "cards" | "api";

/** An entry that could not be read whole, and why. */
export interface Skipped {
  /** Its place on the page, from 0. */
  readonly index: number;
  readonly id: string | null;
  readonly reason: string;
}

/** A way in which the page was not what Paperboy knows. */
export interface ParseIssue {
  readonly level: "warning" | "error";
  /** The check that found it (src/parse/issues.ts). */
  readonly check: string;
  /** The field or selector concerned. */
  readonly field: string;
  readonly message: string;
  /** How many of how many entries showed it. */
  readonly count: number;
  readonly of: number;
}

/** A page, read. */
export interface Reading {
  readonly url: string | null;
  readonly kind: PageKind;
  /** The day, week or month that the page says it is; null when it does not. */
  readonly date: string | null;
  /** Whether the period can still grow; null where that has no meaning (trending, a search, one paper). */
  readonly complete: boolean | null;
  readonly format: PageFormat;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  readonly issues: readonly ParseIssue[];
}

/** One source's papers, frozen; the unit that is sent at most once. */
export interface Edition {
  /** `day:2026-03-09`, `week:2026-W11`, `trending:2026-10-07`, `file:<sha256>` (docs/architecture.md, "Editions"). */
  readonly id: string;
  readonly source: string;
  readonly kind: PageKind;
  readonly date: string | null;
  /** The page on the site, for "and N more"; null for a file that does not say. */
  readonly url: string | null;
  readonly format: PageFormat;
  /** True when it went out while the day was still filling (`--early`). */
  readonly early: boolean;
  /** The days that a catch-up joins, oldest first; its papers then stand by day (`featuredOn`), the newest first. */
  readonly days?: readonly string[];
  readonly papers: readonly Paper[];
  /** What a revisit found, the greatest rise first; absent where nobody asked for one, or nothing rose. */
  readonly rising?: readonly RisingPaper[];
}

/** A paper of an earlier edition whose votes jumped since (src/rank/rising.ts). */
export interface RisingPaper {
  /** As the site has it when it is looked at again. */
  readonly paper: Paper;
  /** The day or week whose edition had it (`2026-03-02`, `2026-W10`), and its votes there. */
  readonly since: string;
  readonly before: number;
  readonly now: number;
}

/** A paper that is in the letter: its place (from 1), its form, and why. */
export interface Kept {
  readonly paper: Paper;
  readonly rank: number;
  readonly form: "full" | "line";
  readonly reasons: readonly Reason[];
}

/** A paper that is not in the letter, and why. */
export interface Dropped {
  readonly paper: Paper;
  readonly reasons: readonly Reason[];
}

/** An edition seen through a view. */
export interface Digest {
  readonly edition: Edition;
  readonly view: View;
  readonly kept: readonly Kept[];
  readonly dropped: readonly Dropped[];
  /** Absent where the view asks for none. */
  readonly revisit?: Revisit;
}

/** The rising papers of an edition seen through a view; what is dropped is not what the view wants, or over its number. */
export interface Revisit {
  readonly kept: readonly RevisitPaper[];
  readonly dropped: readonly RevisitPaper[];
}

/** A rising paper that is in the section or not, and why. */
export interface RevisitPaper extends RisingPaper {
  readonly reasons: readonly Reason[];
}

/** A digest rendered once. Sizes are bytes of UTF-8. */
export interface Letter {
  readonly editionId: string;
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  readonly language: string;
  /** What the size budget took, counted from the last paper up; absent when nobody measured. */
  readonly trimmed?: {
    readonly shortened: number;
    readonly titlesOnly: number;
    readonly left: number;
    /** Papers of the revisit that were left out, before anything else was touched; absent: none. */
    readonly revisit?: number;
  };
}

/** One reader's mail: bytes ready for the wire, and the envelope that goes around them. */
export interface Message {
  readonly from: string;
  readonly to: string;
  /** Where bounces go, told apart by reader (VERP); absent: to `from`. */
  readonly returnPath?: string;
  readonly messageId: string;
  /** The edition as a part of file names, such as `day-2026-03-09`; `test-...` for a test letter. */
  readonly slug: string;
  /** RFC 5322, CRLF line ends, not dot-stuffed. */
  readonly raw: Buffer;
  /** The HTML part alone, for the copy that any desktop opens. */
  readonly html: string;
}

/** The states of a delivery in results, in the order in which they are told (docs/architecture.md, "Results"). */
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

/** What became of one message. */
export interface Delivery {
  readonly to: string;
  readonly state: DeliveryState;
  /** The server's own words, or the path of the file that was written. */
  readonly detail: string;
}
