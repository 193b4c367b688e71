import { closeHyphens, fold, words } from "../core/fold.js";

/** The words of a text, with a space before, between and after them. Hyphens are spaces in `open` and removed in `closed`. */
export interface Spelling {
  readonly open: string;
  readonly closed: string;
}

/** Separates texts, so that no phrase matches across two of them. A bar is never part of a word. */
const BETWEEN_TEXTS = "|";

/** Prepares a field for phrase search. A list, such as the keywords, has several texts. */
export function spell(texts: readonly string[]): Spelling {
  const folded = texts.map(fold);
  return {
    open: folded.map(spaced).join(BETWEEN_TEXTS),
    closed: folded.map((text) => spaced(closeHyphens(text))).join(BETWEEN_TEXTS),
  };
}

function spaced(folded: string): string {
  return ` ${words(folded).join(" ")} `;
}

/** A phrase of a view, prepared for search. */
export interface Phrase {
  /** The phrase as entered. */
  readonly text: string;
  /** The spelling to search for; null if the phrase has no words and so never matches. */
  readonly needle: Spelling | null;
}

/** Parses a phrase of a view. If the phrase ends in `*`, its last word is a prefix. */
export function readPhrase(text: string): Phrase {
  const folded = fold(text).trim();
  if (words(folded).length === 0) return { text, needle: null };
  const ends = (spelled: string) => (folded.endsWith("*") ? spelled.trimEnd() : spelled);
  return { text, needle: { open: ends(spaced(folded)), closed: ends(spaced(closeHyphens(folded))) } };
}

/** Whether a prepared text contains a phrase, by the rules of `matchesPhrase`. */
export function contains(text: Spelling, { needle }: Phrase): boolean {
  return needle !== null && (text.open.includes(needle.open) || text.closed.includes(needle.closed));
}

/** Counts the occurrences of a phrase in a prepared text. */
export function countOf(text: Spelling, { needle }: Phrase): number {
  if (needle === null) return 0;
  return Math.max(occurrences(text.open, needle.open), occurrences(text.closed, needle.closed));
}

/**
 * Counts matches. Adjacent matches share the space between them, so each search starts at the last character of the previous
 * match.
 */
function occurrences(text: string, needle: string): number {
  let count = 0;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length - 1)) count += 1;
  return count;
}

/**
 * Whether a text contains a phrase. Compares whole folded words in the same order: `diffusion` does not match `diffusionist` or
 * a plural, and `transform*` matches every word with that prefix. `fine-tuning` matches `fine tuning` and `finetuning`, and
 * each of these matches `fine-tuning`, but they do not match each other.
 */
export function matchesPhrase(text: string, phrase: string): boolean {
  return contains(spell([text]), readPhrase(phrase));
}
