import { closeHyphens, fold, words } from "../../core/fold.js";
import type { Paper } from "../../core/model.js";

/** The words of a paper by field, the field with the highest weight first. */
export interface PaperWords {
  readonly title: readonly string[];
  readonly keywords: readonly string[];
  readonly authors: readonly string[];
  /** Of the abstract and the one-line summary. */
  readonly abstract: readonly string[];
}

/** Words that are indexed per field: more than any real paper has. */
const MAX_WORDS = 2_000;
/** Words that a search uses; each one makes it slower. */
const MAX_SEARCH_WORDS = 8;
/** Characters of a search text that are read. */
const MAX_SEARCH_LENGTH = 200;
/** Characters of a prefix: a single letter would match nearly every paper. */
const MIN_PREFIX_LENGTH = 2;

/** Returns the words by which a paper is found. Folding makes case, accents and hyphens irrelevant. */
export function wordsOfPaper({ title, keywords, authors, abstract, summary }: Paper): PaperWords {
  return {
    title: wordsIn([title]),
    keywords: wordsIn(keywords),
    authors: wordsIn(authors.map(({ name }) => name)),
    abstract: wordsIn([abstract ?? "", summary ?? ""]),
  };
}

/** A hyphenated word counts as its parts and as one word, as in a reader's topics (src/rank/phrase.ts). */
function wordsIn(texts: readonly string[]): readonly string[] {
  const folded = texts.map(fold);
  const open = folded.flatMap(words);
  const known = new Set(open);
  const hyphenated = folded
    .map((text) => ({ text, joined: closeHyphens(text) }))
    .filter(({ text, joined }) => joined !== text);
  const closed = hyphenated.flatMap(({ joined }) => words(joined)).filter((word) => !known.has(word));
  return [...open, ...closed].slice(0, MAX_WORDS);
}

/** A word of a search; with `isPrefix` it matches every word that starts with it. */
export interface SearchWord {
  readonly word: string;
  readonly isPrefix: boolean;
}

/** Returns the distinct words of a search text. */
export function searchWords(text: string): readonly SearchWord[] {
  const distinct = [...new Set(words(fold(text.slice(0, MAX_SEARCH_LENGTH))))].slice(0, MAX_SEARCH_WORDS);
  return distinct.map((word, index) => ({
    word,
    isPrefix: index === distinct.length - 1 && Array.from(word).length >= MIN_PREFIX_LENGTH,
  }));
}
