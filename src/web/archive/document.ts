import type { PeriodKind } from "../../core/calendar.js";
import type { View } from "../../core/model.js";
import { periodLabel } from "../../render/period.js";
import type { Branding } from "../../render/renderer.js";
import type { ArchivedEdition, ArchivedPaper, ArchiveStore } from "../../store/store.js";
import type { PageMeta, Pages } from "../pages.js";
import type { NamedFeed } from "./feed-formats.js";

/** A keyword that several papers share. It has a feed. */
export interface Topic {
  /** The most frequent spelling. */
  readonly word: string;
  /** The name of its file; spellings with the same one are the same topic. */
  readonly slug: string;
  readonly papers: number;
}

/** The parts that archive pages and feeds use, for the site and for static files. */
export interface ArchiveContext {
  readonly archive: ArchiveStore;
  readonly pages: Pages;
  readonly branding: Branding;
  /** The default view. A subscriber's view could reveal private interests. */
  readonly view: View;
  /** Returns the link to a page or file from the current page. Paths of pages have no trailing slash. */
  readonly to: (path: string) => string;
  /** Returns the absolute URL of a page or file. */
  readonly url: (path: string) => string;
  /** Whether `url` returns addresses with a host, which is unknown for some static files. */
  readonly hasHost: boolean;
  /** Where visitors can subscribe; null for static files. */
  readonly subscribeUrl: string | null;
  /** Available feeds. */
  readonly feeds: readonly NamedFeed[];
  /** Returns the path of a feed, or of its papers about a topic. */
  readonly feedPath: (feed: Pick<NamedFeed, "path" | "format">, topic: Pick<Topic, "slug" | "word"> | null) => string;
}

/** Rows per store query. */
const BATCH = 100;

/** Yields all papers of the archive, those that were mailed last first. */
export async function* allPapers(archive: Pick<ArchiveStore, "recent">): AsyncGenerator<ArchivedPaper> {
  for (let offset = 0; ; offset += BATCH) {
    const papers = await archive.recent({ limit: BATCH, offset });
    yield* papers;
    if (papers.length < BATCH) return;
  }
}

/** Yields all editions of the archive, the newest first. */
export async function* allEditions(archive: Pick<ArchiveStore, "editions">): AsyncGenerator<ArchivedEdition> {
  for (let offset = 0; ; offset += BATCH) {
    const { editions } = await archive.editions({ kind: null, limit: BATCH, offset });
    yield* editions;
    if (editions.length < BATCH) return;
  }
}

/** A rendered page or feed. */
export interface ArchiveDocument {
  readonly body: string;
  /** Media type with charset. */
  readonly type: string;
  /** When the content last changed; null if unknown. */
  readonly changedAt: Date | null;
}

export const HTML = "text/html; charset=utf-8";

/** The lists of the archive: one for each kind of period. */
export const SECTIONS: readonly { readonly kind: PeriodKind; readonly path: string }[] = [
  { kind: "day", path: "/archive/days" },
  { kind: "week", path: "/archive/weeks" },
  { kind: "month", path: "/archive/months" },
];

/** Returns the path of an edition. It is permanent: letters and feeds link to it. */
export function editionPath({ date }: Pick<ArchivedEdition, "date">): string {
  return `/archive/${date}`;
}

/** Returns the path of a paper. */
export function paperPath({ id }: { readonly id: string }): string {
  return `/paper/${encodeURIComponent(id)}`;
}

/** Returns what search engines and previews of links read of a page. */
export function metaOf({ url, hasHost, pages }: ArchiveContext, path: string, description: string): PageMeta {
  return { description, canonical: hasHost ? url(path) : null, picture: hasHost ? url(pages.picture.path) : null };
}

/** Returns the period of an edition in words, such as `Monday, 9 March 2026`. */
export function editionLabel(
  { kind, date }: Pick<ArchivedEdition, "kind" | "date">,
  { pages }: ArchiveContext,
): string {
  return periodLabel({ kind, date, source: date }, pages.letterWords());
}

/** Returns the data of the partial `pager`, or null if there is only one page. */
export function pagerOf(page: number, pages: number, path: (page: number) => string) {
  if (pages < 2) return null;
  return {
    before: page > 1 ? path(page - 1) : null,
    next: page < pages ? path(page + 1) : null,
    page,
    pages,
  };
}

/** Parses a page number from 1 to 9999; null if the text is not one. */
export function pageNumber(text: string): number | null {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}
