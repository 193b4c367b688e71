import { closeHyphens, fold, words } from "../core/fold.js";

/**
 * The words of a text with spaces between and around them, in both ways to write a hyphenated word: `open` reads the
 * hyphen as a space, `closed` leaves it out.
 */
export interface Spelling {
  readonly open: string;
  readonly closed: string;
}

/** A bar cannot be part of a word, so no phrase reaches from one text into the next. */
const BETWEEN_TEXTS = "|";

/** Spells the texts of one field for `holds`: several where the field is a list, such as keywords. */
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

/** A word or phrase of a view, ready to be looked for. */
export interface Phrase {
  /** As the reader wrote it. */
  readonly text: string;
  /** Its words as they stand in a spelling; null when it has none, and then nothing holds it. */
  readonly needle: Spelling | null;
}

/** Reads a phrase of a view: its words in order, the last one a prefix when the phrase ends in `*`. */
export function readPhrase(text: string): Phrase {
  const folded = fold(text).trim();
  if (words(folded).length === 0) return { text, needle: null };
  const ends = (spelled: string) => (folded.endsWith("*") ? spelled.trimEnd() : spelled);
  return { text, needle: { open: ends(spaced(folded)), closed: ends(spaced(closeHyphens(folded))) } };
}

/** Whether a spelled text holds a phrase; see `matchesPhrase`. */
export function holds(text: Spelling, { needle }: Phrase): boolean {
  return needle !== null && (text.open.includes(needle.open) || text.closed.includes(needle.closed));
}

/** How often a spelled text holds a phrase. */
export function countOf(text: Spelling, { needle }: Phrase): number {
  if (needle === null) return 0;
  return Math.max(occurrences(text.open, needle.open), occurrences(text.closed, needle.closed));
}

/** Neighbours share the space between them, so the next search begins on the last character of the one before. */
function occurrences(text: string, needle: string): number {
  let count = 0;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length - 1)) count += 1;
  return count;
}

/**
 * Whether a text holds a phrase, by whole words in the same order, folded: `diffusion` is not in `diffusionist`, and no
 * plural is guessed; `transform*` finds every word that begins so. A hyphen may be written, be a space or be left out:
 * `fine-tuning` finds `fine tuning` and `finetuning`, and each of the two finds `fine-tuning`, though not each other.
 */
export function matchesPhrase(text: string, phrase: string): boolean {
  return holds(spell([text]), readPhrase(phrase));
}
