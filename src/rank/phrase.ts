import { closeHyphens, fold, words } from "../core/fold.js";

/**
 * The words of a text, separated and enclosed by spaces, in both spellings of hyphenated words: `open` replaces the hyphen by a
 * space, `closed` removes it.
 */
export interface Spelling {
  readonly open: string;
  readonly closed: string;
}

/** A bar is never part of a word, so that no phrase matches across two texts. */
const BETWEEN_TEXTS = "|";

/** Prepares the texts of one field for `holds`: several for a list, such as keywords. */
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
  /** Its words as in a spelling; null without words, which matches nothing. */
  readonly needle: Spelling | null;
}

/** Parses a phrase of a view: its words in order; the last one is a prefix when the phrase ends in `*`. */
export function readPhrase(text: string): Phrase {
  const folded = fold(text).trim();
  if (words(folded).length === 0) return { text, needle: null };
  const ends = (spelled: string) => (folded.endsWith("*") ? spelled.trimEnd() : spelled);
  return { text, needle: { open: ends(spaced(folded)), closed: ends(spaced(closeHyphens(folded))) } };
}

/** Whether a prepared text contains a phrase; see `matchesPhrase`. */
export function holds(text: Spelling, { needle }: Phrase): boolean {
  return needle !== null && (text.open.includes(needle.open) || text.closed.includes(needle.closed));
}

/** Counts the occurrences of a phrase in a prepared text. */
export function countOf(text: Spelling, { needle }: Phrase): number {
  if (needle === null) return 0;
  return Math.max(occurrences(text.open, needle.open), occurrences(text.closed, needle.closed));
}

/** Adjacent matches share the space between them, so each search starts at the last character of the match before. */
function occurrences(text: string, needle: string): number {
  let count = 0;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length - 1)) count += 1;
  return count;
}

/**
 * Whether a text contains a phrase, by whole words in the same order after folding: `diffusion` does not match `diffusionist` or a
 * plural; `transform*` matches every word with that prefix. Hyphens match spaces and nothing: `fine-tuning` matches `fine tuning` and
 * `finetuning`, and each of the two matches `fine-tuning`, but they do not match each other.
 */
export function matchesPhrase(text: string, phrase: string): boolean {
  return holds(spell([text]), readPhrase(phrase));
}
