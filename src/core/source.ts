/** What is read, and the page that comes of it (see src/core/model.ts). */

/** The kind of page that a source names. `page` is a URL or a file: its content determines the kind. */
export type SourceKind = "day" | "week" | "month" | "trending" | "search" | "paper" | "page";

/** The location from which a source is read. */
export type Location =
  | {
      readonly type: "url";
      readonly url: string;
      /** Asks the site itself: caches on the way must not answer. */
      readonly pastCaches?: true;
    }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "stdin" };

/** The origin of an edition, given as one argument on the command line. `src/fetch/sources.ts` parses it. */
export interface Source {
  readonly kind: SourceKind;
  /** The name in results and messages: `2026-10-02`, `search:LLaVA-1.5`, `fixtures/pages/daily.html`. */
  readonly name: string;
  /** The requested day, ISO week or month (`2026-10-02`, `2026-W40`, `2026-10`); null when the page determines it. */
  readonly period: string | null;
  readonly location: Location;
  /** The id of the edition for the readers who follow the source; absent: it follows from the page and the day. */
  readonly followersEdition?: string;
  /** The URL of the same papers in the site's API; null when the API has no such list. */
  readonly apiUrl: string | null;
}

/** The result of a fetch. */
export interface Page {
  /** The final URL after redirects; null for a file or standard input. */
  readonly url: string | null;
  readonly body: string;
  /** The media type in lower case, without parameters; null when the response has none. */
  readonly mediaType: string | null;
  readonly fetchedAt: Date;
  /** When the site generated the page, by the age that the response states; null for a file or standard input. */
  readonly generatedAt: Date | null;
  /** `cache`: the site answered 304 Not Modified, and `body` is the saved copy. */
  readonly from: "network" | "cache" | "file";
}
