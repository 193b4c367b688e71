import type { PeriodKind } from "../../core/calendar.js";
import type { View } from "../../core/model.js";
import { periodLabel } from "../../render/period.js";
import type { Branding } from "../../render/renderer.js";
import type { ArchivedEdition, ArchiveStore } from "../../store/store.js";
import type { FEEDS } from "./feed-names.js";
import type { Pages } from "../pages.js";

/** What the pages and feeds of the archive are made with, for the site and for a folder of files alike. */
export interface ArchiveParts {
  readonly archive: ArchiveStore;
  readonly pages: Pages;
  readonly branding: Branding;
  /** The house's view: never that of a reader, which could give a private interest away. */
  readonly view: View;
  /** The address of a page or file as links of the page that is made have it; a page's path ends without a slash. */
  readonly to: (path: string) => string;
  /** The same for whoever reads it elsewhere, with the host. */
  readonly url: (path: string) => string;
  /** Whether somebody is there who can search. */
  readonly canSearch: boolean;
  /** The feeds that there are. */
  readonly feeds: typeof FEEDS;
}

/** A page or feed, ready to be sent or written. */
export interface ArchiveDocument {
  readonly body: string;
  /** Its media type, with the charset. */
  readonly type: string;
  /** When what it tells of changed last; null where that is not known. */
  readonly changedAt: Date | null;
}

export const HTML = "text/html; charset=utf-8";

/** The kinds of editions, and the path below which each is listed. */
export const SHELVES: readonly { readonly kind: PeriodKind; readonly path: string }[] = [
  { kind: "day", path: "/archive/days" },
  { kind: "week", path: "/archive/weeks" },
  { kind: "month", path: "/archive/months" },
];

/** The path of an edition: permanent, since letters and feeds link to it. */
export function editionPath({ date }: Pick<ArchivedEdition, "date">): string {
  return `/archive/${date}`;
}

/** The path of a paper. */
export function paperPath({ id }: { readonly id: string }): string {
  return `/paper/${encodeURIComponent(id)}`;
}

/** What an edition covers, in words, such as `Monday, 9 March 2026`. */
export function editionLabel({ kind, date }: Pick<ArchivedEdition, "kind" | "date">, { pages }: ArchiveParts): string {
  return periodLabel({ kind, date, source: date }, pages.letterWords());
}

/** Links to the pages before and after, for the partial `pager`; null where there is one page alone. */
export function pagerOf(page: number, pages: number, path: (page: number) => string) {
  if (pages < 2) return null;
  return {
    before: page > 1 ? path(page - 1) : null,
    next: page < pages ? path(page + 1) : null,
    page,
    pages,
  };
}

/** A page's number as it stands in an address; null for what is none. */
export function pageNumber(text: string): number | null {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}
