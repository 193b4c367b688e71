import { stemmer } from "stemmer";
import { memoize } from "../core/memoize.js";
import { fold, words } from "../core/fold.js";

/** Stop words, which do not show the subject of a paper. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be been both by can for from has have in into is it its more most not of on or our such than that the " +
    "their these they this to using used use we which while with also between however show propose paper results approach " +
    "method based"
  ).split(" "),
);

/** Returns the stem of a folded English word (Porter): `agents` and `agent` have the same. Other scripts are unchanged. */
export const stem = memoize((word: string) => (/^[a-z]{3,}$/.test(word) ? stemmer(word) : word));

/** The terms of a text: the stem of each word, and each pair of adjacent stems. Stop words separate pairs. */
export interface Terms {
  /** How often each term occurs. */
  readonly counts: ReadonlyMap<string, number>;
  /** The spelling of each term where it occurs first, in lower case: `tool us` is `tool use`. */
  readonly spellings: ReadonlyMap<string, string>;
}

/** Returns the terms of some texts. No pair spans two texts. */
export function termsOf(texts: readonly string[]): Terms {
  const counts = new Map<string, number>();
  const spellings = new Map<string, string>();
  const add = (term: string, spelling: string): void => {
    counts.set(term, (counts.get(term) ?? 0) + 1);
    if (!spellings.has(term)) spellings.set(term, spelling);
  };
  for (const text of texts) {
    let before: { readonly term: string; readonly word: string } | null = null;
    for (const word of words(fold(text))) {
      if (word.length < 2 || STOP_WORDS.has(word)) {
        before = null;
        continue;
      }
      const term = stem(word);
      add(term, word);
      if (before) add(`${before.term} ${term}`, `${before.word} ${word}`);
      before = { term, word };
    }
  }
  return { counts, spellings };
}

/** Whether a term is a pair of stems. */
export function isPair(term: string): boolean {
  return term.includes(" ");
}
