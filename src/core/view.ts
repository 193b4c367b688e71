/** The preferences of readers, and the reasons why a letter has a paper or not (see src/core/model.ts). */

/** The orders of papers in a letter. */
export const ORDERS = ["votes", "comments", "newest", "relevance"] as const;

export type Order = (typeof ORDERS)[number];

/** How much of each abstract a letter shows. */
export const ABSTRACTS = ["full", "short", "none"] as const;

/** The maximum of `View.revisit`: a revisit is a short section of a letter. */
export const MOST_REVISIT = 5;

/** The preferences that determine what a letter contains. Readers with the same preferences share a view, and a letter. */
export interface View {
  /** A paper must match one entry of `include`, `authors` and `organizations`; when all are empty, every paper matches. */
  readonly include: readonly string[];
  /** Phrases that a paper must not contain. */
  readonly exclude: readonly string[];
  readonly authors: readonly string[];
  readonly organizations: readonly string[];
  readonly minUpvotes: number;
  readonly withCode: boolean;
  readonly limit: number | null;
  readonly order: Order;
  readonly abstracts: (typeof ABSTRACTS)[number];
  /** A letter with more papers shows only the first `leading` in full, and the others in one line each. */
  readonly fullUpTo: number;
  readonly leading: number;
  readonly pictures: boolean;
  readonly language: string;
  /** The maximum number of rising papers; absent: 0. */
  readonly revisit?: number;
}

/** The field in which a phrase of a view was found. */
export type MatchField = "title" | "abstract" | "summary" | "keywords" | "authors" | "organization";

/** Why a paper was kept or dropped, as data; `render/` puts it into words. */
export type Reason =
  | {
      readonly rule: "include" | "exclude" | "authors" | "organizations";
      readonly phrase: string;
      readonly field: MatchField;
    }
  | { readonly rule: "no-match"; readonly wanted: readonly string[] }
  | { readonly rule: "min-upvotes"; readonly upvotes: number | null; readonly minimum: number }
  | { readonly rule: "without-code" }
  | { readonly rule: "over-limit"; readonly limit: number }
  | { readonly rule: "order"; readonly order: Order; readonly value: number | string | null }
  | { readonly rule: "rose" | "rose-little"; readonly since: string; readonly before: number; readonly now: number }
  | { readonly rule: "revisited"; readonly why: "edition" | "before" | "unknown" }
  | { readonly rule: "unfiltered" };
