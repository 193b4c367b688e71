/** The preferences of readers, and the reasons why a paper is in a letter or not (see src/core/model.ts). */

/** The orders of papers in a letter. */
export const ORDERS = ["votes", "comments", "newest", "relevance", "interests"] as const;

export type Order = (typeof ORDERS)[number];

/** How much of each abstract a letter shows. */
export const ABSTRACTS = ["full", "short", "none"] as const;

/** The maximum of `View.revisit`. */
export const MOST_REVISIT = 5;

/** The preferences that determine what a letter contains. Readers with the same preferences share a view and a letter. */
export interface View {
  /** A paper must match one entry of `include`, `authors` and `organizations`; when all are empty, every paper matches. */
  readonly include: readonly string[];
  /** Phrases that a paper must not contain. */
  readonly exclude: readonly string[];
  readonly authors: readonly string[];
  readonly organizations: readonly string[];
  readonly minUpvotes: number;
  readonly withCode: boolean;
  /** The maximum number of papers; null for all, but at most 30 of a week or a month (`src/rank/digest.ts`). */
  readonly limit: number | null;
  readonly order: Order;
  readonly abstracts: (typeof ABSTRACTS)[number];
  /** The number of papers with a summary, the leading ones included. Each paper after them takes one line. */
  readonly fullUpTo: number;
  /** The number of papers at the top, with authors and larger type. */
  readonly leading: number;
  /** Whether the first paper has its picture. */
  readonly pictures: boolean;
  readonly language: string;
  /** The maximum number of rising papers; absent: 0. */
  readonly revisit?: number;
  /** What runs without a SOURCE send: `search:WORDS` or `trending`. Absent, or `days`: the site's days, weeks and months. */
  readonly source?: string;
  /** Drops papers that were published more than this many days before the edition. Keeps all if absent. */
  readonly since?: number;
  /** The interests of the reader, one text each (src/core/interests.ts); absent if there are none. */
  readonly interests?: readonly string[];
  /** Drops papers that are less close to `interests`, from 0 to 100; absent: keeps them. */
  readonly minCloseness?: number;
}

/** A text that a reader likes: a paper, or words. */
export interface LikedText {
  readonly title: string;
  readonly abstract: string | null;
}

/** Returns a view with other interests. The order changes from `votes` to `interests`, and back if the interests are empty. */
export function withInterests<V extends Pick<View, "order" | "interests">>(view: V, interests: readonly string[]): V {
  const isUsual = view.order === "votes" || view.order === "interests";
  const order = isUsual ? (interests.length > 0 ? "interests" : "votes") : view.order;
  const { interests: _, ...others } = view;
  return { ...others, ...(interests.length > 0 ? { interests } : {}), order } as V;
}

/** The closeness of a paper to the interests of a reader. */
export interface Closeness {
  /** From 0 (nothing in common) to 100 (like the liked texts themselves). */
  readonly value: number;
  /** The title of the liked text that is nearest; empty if none has a word in common. */
  readonly to: string;
  /** The words that they share, most significant first. */
  readonly words: readonly string[];
}

/** The `source` of a view that follows the days of the site. */
export const DAYS = "days";

/** Returns the source that a view follows instead of the site's days; null for the days. */
export function followedSource({ source }: Pick<View, "source">): string | null {
  return source === undefined || source === DAYS ? null : source;
}

/** The value of the reason `order` for papers in the order of a search's page. */
export const AS_ON_PAGE = "as on the page";

/** The field in which a phrase of a view was found. */
export type MatchField = "title" | "abstract" | "summary" | "keywords" | "authors" | "organization";

/** Why a paper was kept or dropped. `render/` turns it into a sentence. */
export type Reason =
  | {
      readonly rule: "include" | "exclude" | "authors" | "organizations";
      readonly phrase: string;
      readonly field: MatchField;
      /** The words that matched, where they differ from the phrase. */
      readonly form?: string;
    }
  | { readonly rule: "no-match"; readonly wanted: readonly string[] }
  | { readonly rule: "min-upvotes"; readonly upvotes: number | null; readonly minimum: number }
  | { readonly rule: "without-code" }
  | { readonly rule: "close"; readonly to: string; readonly words: readonly string[] }
  | { readonly rule: "not-close"; readonly closeness: number; readonly minimum: number }
  | { readonly rule: "too-old"; readonly published: string; readonly since: number }
  | { readonly rule: "over-limit"; readonly limit: number }
  | { readonly rule: "order"; readonly order: Order; readonly value: number | string | null }
  | { readonly rule: "rose" | "rose-little"; readonly since: string; readonly before: number; readonly now: number }
  | { readonly rule: "revisited"; readonly why: "edition" | "before" | "unknown" }
  | { readonly rule: "unfiltered" };

/** What `splitTopics` splits a text into. */
const PARTS = {
  commas: /(?:["“”][^"“”\n]*["“”]|[^,\n])+/gu,
  lines: /(?:["“”][^"“”\n]*["“”]|[^,;\n])+/gu,
} as const;

/**
 * Splits words and phrases at commas, but not within double quotes: `agents, "planning, fast"`.
 * @param at `lines`: also splits at semicolons and line breaks.
 */
export function splitTopics(text: string, at: keyof typeof PARTS = "commas"): readonly string[] {
  return (text.match(PARTS[at]) ?? []).map((topic) => topic.trim()).filter((topic) => topic !== "");
}
