import { memoize } from "./memoize.js";

/** Made when a text needs it, which most letters do not: the first one takes as long as writing a letter. */
const segmenter = memoize((locale: string) => new Intl.Segmenter(locale, { granularity: "grapheme" }));

/**
 * ASCII, the letters of Latin scripts, and the dashes, quotation marks and dots of print: each of them is a character of its
 * own and takes one column.
 */
export const EACH_ALONE = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027]*$/;

/** The characters of a text as people see them (Unicode TR 29). */
export function graphemesOf(text: string): Intl.Segments {
  return segmenter("en").segment(text);
}
