/**
 * Sizes above which something is no page, entry or field of the site. Each is far above the largest that was measured
 * (named beside it, over the real pages unless another source is given), so that only an attack or a fault meets it.
 */
export const LIMITS = {
  /** Characters of a page or an API answer: 985,485; a trending page of 2026-10 had 1.5 million. */
  body: 10_000_000,
  /** Signs `<` of a page, which bound its nodes: 8,879. The parser's work grows with the square of unclosed ones. */
  tags: 50_000,
  /** Elements that are open at once: 20. */
  depth: 256,
  /** Nodes directly inside one element: 224. */
  siblings: 3_000,
  /** Entries of a page: 105 on a week or month (docs/pages.md). */
  entries: 2_000,
  /** 130 characters. */
  title: 5_000,
  /** Abstracts: 1,918 characters; summaries: 1,575. */
  text: 20_000,
  /** 533 authors on one paper; large collaborations sign with some thousands. */
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

/** How many signs `<` a page holds, or one more than it may. */
export function tagsIn(page: string): number {
  return page.split("<", LIMITS.tags + 2).length - 1;
}
