/**
 * Upper limits for pages, entries and fields. Each comment states the largest size that was measured on the real pages (or in the
 * named source); every limit is far above it, so that only an attack or a fault exceeds one.
 */
export const LIMITS = {
  /** Characters of a page or an API response: 985,485; a trending page of 2026-10 had 1.5 million. */
  body: 10_000_000,
  /** `<` characters of a page, which bound its nodes: 8,879. Parsing time grows with the square of the unclosed elements. */
  tags: 50_000,
  /** Depth of nested elements: 20. */
  depth: 256,
  /** Child nodes of one element: 224. */
  siblings: 3_000,
  /** Entries of a page: 105 on a week or month (docs/pages.md). */
  entries: 2_000,
  /** 130 characters. */
  title: 5_000,
  /** Abstracts: 1,918 characters; summaries: 1,575. */
  text: 20_000,
  /** 533 authors on one paper; large collaborations have several thousand. */
  authors: 10_000,
  /** 28 characters. */
  name: 500,
  /** 20 keywords, 3 media, addresses of 138 characters. */
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
