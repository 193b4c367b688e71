import { memoize } from "../core/memoize.js";

/** Made when a text needs it, which most letters do not: the first one takes as long as writing a letter. */
const segmenter = memoize((locale: string) => new Intl.Segmenter(locale, { granularity: "grapheme" }));

/**
 * The letters of Latin, Greek and Cyrillic scripts, and what else papers are written with: dashes and quotation marks, raised
 * and lowered figures, arrows and the signs of mathematics. Each of them is a character of its own and takes one column.
 */
export const EACH_ALONE =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u22ff\u27c0-\u27ef\u2900-\u2aff]*$/;

/** The characters of a text as people see them (Unicode TR 29). */
export function graphemesOf(text: string): Intl.Segments {
  return segmenter("en").segment(text);
}
