import { memoize } from "../core/memoize.js";

/** Created on demand, because that takes as long as rendering a letter and most letters do not need it. */
const segmenter = memoize((locale: string) => new Intl.Segmenter(locale, { granularity: "grapheme" }));

/**
 * Matches texts in which each code unit is a grapheme of one column: Latin, Greek and Cyrillic letters, punctuation,
 * superscripts, subscripts, arrows and mathematical symbols.
 */
export const SINGLE_UNITS =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u22ff\u27c0-\u27ef\u2900-\u2aff]*$/;

/** Splits a text into graphemes (Unicode TR 29). */
export function graphemesOf(text: string): Intl.Segments {
  return segmenter("en").segment(text);
}
