/**
 * Upper limits for pages, entries and fields. Each comment gives the largest size measured on the real pages, or in the source
 * that it names. Every limit is far higher, so that only a hostile or broken page exceeds it.
 */
export const LIMITS = {
  /** Characters in a page or an API response: 985,485; a trending page of 2026-10 had 1.5 million, a month of 707 papers has 9.6. */
  body: 15_000_000,
  /**
   * `<` characters in a page: 8,879; a month of 707 papers has 50,100. They limit the number of nodes. Parsing time grows with
   * the square of the number of unclosed elements.
   */
  tags: 100_000,
  /** Nesting depth of elements: 20. */
  depth: 256,
  /** Child nodes of one element: 224. */
  siblings: 3_000,
  /** Entries of a page: 105 on a week or month (docs/pages.md). */
  entries: 2_000,
  /** Characters in a title: 130. */
  title: 5_000,
  /** Characters in an abstract: 1,918; in a summary: 1,575. */
  text: 20_000,
  /** Authors of one paper: 533; large collaborations have several thousand. */
  authors: 10_000,
  /** Characters in a name: 28. */
  name: 500,
  /** Keywords: 20; media: 3; characters in a URL: 138. */
  keywords: 100,
  media: 100,
  url: 2_000,
  /** Votes, comments and stars. */
  count: 100_000_000,
} as const;

/** Counts the `<` characters of a page, up to one over the limit. */
export function tagsIn(page: string): number {
  return page.split("<", LIMITS.tags + 2).length - 1;
}
