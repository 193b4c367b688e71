/** What a reader wants, and why a paper is in a letter or not (words: src/core/model.ts). */

/** What papers can be ordered by. */
export const ORDERS = ["votes", "comments", "newest", "relevance"] as const;

export type Order = (typeof ORDERS)[number];

/** How much of each abstract a letter can hold. */
export const ABSTRACTS = ["full", "short", "none"] as const;

/** A revisit is a short section: more would be a letter of its own. */
export const MOST_REVISIT = 5;

/** The preferences that change what a letter contains; pure data, shared by all readers who want the same. */
export interface View {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly authors: readonly string[];
  readonly organizations: readonly string[];
  readonly minUpvotes: number;
  readonly withCode: boolean;
  readonly limit: number | null;
  readonly order: Order;
  readonly abstracts: (typeof ABSTRACTS)[number];
  /** Up to this many papers all stand in full; above it only the `leading` first ones do, the rest one line each. */
  readonly fullUpTo: number;
  readonly leading: number;
  readonly pictures: boolean;
  readonly language: string;
  /** At most this many papers of earlier editions whose votes jumped since; absent is 0, none. */
  readonly revisit?: number;
}

/** Where a phrase of a view was found. */
export type MatchField = "title" | "abstract" | "summary" | "keywords" | "authors" | "organization";

/** Why a paper was kept or dropped, as data: the words are made where they are shown. */
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
