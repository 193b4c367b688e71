import { closeHyphens, fold, words } from "../core/fold.js";
import { stem } from "./terms.js";

/** The words of a text, with a space before, between and after them. Hyphens are spaces in `open` and removed in `closed`. */
interface Words {
  readonly open: string;
  readonly closed: string;
}

/** The words of a text as they are written, and their stems. */
export interface Spelling extends Words {
  readonly stems: Words;
}

/** Separates texts, so that no phrase matches across two of them. A bar is never part of a word. */
const BETWEEN_TEXTS = "|";

/** Prepares a field for phrase search. A list, such as the keywords, has several texts. */
export function spell(texts: readonly string[]): Spelling {
  const folded = texts.map(fold);
  const open = folded.map((text) => words(text));
  const closed = folded.map((text) => words(closeHyphens(text)));
  return { open: joined(open), closed: joined(closed), stems: { open: stemmed(open), closed: stemmed(closed) } };
}

function joined(texts: readonly (readonly string[])[]): string {
  return texts.map((text) => ` ${text.join(" ")} `).join(BETWEEN_TEXTS);
}

function stemmed(texts: readonly (readonly string[])[]): string {
  return joined(texts.map((text) => text.map(stem)));
}

/** A phrase of a view, prepared for search. */
export interface Phrase {
  /** The phrase as entered. */
  readonly text: string;
  /** The words to search for; null if the phrase has no words and so never matches. */
  readonly needle: Words | null;
  /** Whether the needle is searched in the stems of a text, or in the words as they are written. */
  readonly byStem: boolean;
}

/**
 * Parses a phrase of a view. A phrase in quotes matches as it is written. If the phrase ends in `*`, its last word is a prefix. Any
 * other phrase matches by the stems of its words.
 */
export function readPhrase(text: string): Phrase {
  const folded = fold(text).trim();
  const isPrefix = folded.endsWith("*");
  const byStem = !isPrefix && !/^["“”].*["“”]$/su.test(folded);
  const [open, closed] = [spell([folded]), spell([closeHyphens(folded)])];
  if (words(folded).length === 0) return { text, needle: null, byStem };
  const ends = (spelled: string) => (isPrefix ? spelled.trimEnd() : spelled);
  const needle = byStem
    ? { open: open.stems.open, closed: closed.stems.closed }
    : { open: ends(open.open), closed: ends(closed.closed) };
  return { text, needle, byStem };
}

/** Whether a prepared text contains a phrase, by the rules of `matchesPhrase`. */
export function contains(spelling: Spelling, { needle, byStem }: Phrase): boolean {
  const text = byStem ? spelling.stems : spelling;
  return needle !== null && (text.open.includes(needle.open) || text.closed.includes(needle.closed));
}

/** Counts the occurrences of a phrase in a prepared text. */
export function countOf(spelling: Spelling, { needle, byStem }: Phrase): number {
  if (needle === null) return 0;
  const text = byStem ? spelling.stems : spelling;
  return Math.max(occurrences(text.open, needle.open), occurrences(text.closed, needle.closed));
}

/**
 * Returns the words of a text that match a phrase, where they differ from it: `world models` for `world model`; null where they are
 * the same, or the text does not contain the phrase.
 */
export function matchedForm(spelling: Spelling, { text, needle, byStem }: Phrase): string | null {
  if (needle === null) return null;
  for (const form of ["open", "closed"] as const) {
    const searched = byStem ? spelling.stems[form] : spelling[form];
    const at = searched.indexOf(needle[form]);
    if (at === -1) continue;
    // Each word has one stem, so the number of words before the match is the same in both texts.
    const before = searched.slice(0, at + 1).split(" ").length - 1;
    const count = needle[form].trim().split(" ").length;
    const found = spelling[form]
      .split(" ")
      .slice(before, before + count)
      .join(" ");
    return found === words(fold(text)).join(" ") ? null : found;
  }
  return null;
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
 * Whether a text contains a phrase. Compares the stems of whole folded words in the same order: `agent` matches `agents`, `diffusion`
 * does not match `diffusionist`, `"agent"` in quotes only itself, and `transform*` every word with that prefix. `fine-tuning` matches `fine tuning` and `finetuning`, and
 * each of these matches `fine-tuning`, but they do not match each other.
 */
export function matchesPhrase(text: string, phrase: string): boolean {
  return contains(spell([text]), readPhrase(phrase));
}
