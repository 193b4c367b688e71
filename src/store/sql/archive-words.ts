import { closeHyphens, fold, words } from "../../core/fold.js";
import type { Paper } from "../../core/model.js";

/** The fields in which the archive looks for words, the most telling first. */
export interface PaperWords {
  readonly title: readonly string[];
  readonly keywords: readonly string[];
  readonly authors: readonly string[];
  /** Of the abstract and the one-line summary. */
  readonly abstract: readonly string[];
}

/** More than any paper has; the rest is somebody's attempt to fill the index. */
const MOST_WORDS = 2_000;
/** More than anybody types; each further one makes a search slower. */
const MOST_ASKED = 8;
/** Nobody types a longer text into a search field. */
const LONGEST_TEXT = 200;
/** A single letter begins so many words that asking for it finds nearly everything. */
const LEAST_PREFIX = 2;

/** The words by which a paper is found, folded so that case, accents and hyphens do not matter. */
export function wordsOfPaper({ title, keywords, authors, abstract, summary }: Paper): PaperWords {
  return {
    title: wordsIn([title]),
    keywords: wordsIn(keywords),
    authors: wordsIn(authors.map(({ name }) => name)),
    abstract: wordsIn([abstract ?? "", summary ?? ""]),
  };
}

/** A hyphenated word counts as its parts and as one, as in the topics of a reader (src/rank/phrase.ts). */
function wordsIn(texts: readonly string[]): readonly string[] {
  const folded = texts.map(fold);
  const open = folded.flatMap(words);
  const known = new Set(open);
  const hyphenated = folded
    .map((text) => ({ text, shut: closeHyphens(text) }))
    .filter(({ text, shut }) => shut !== text);
  const closed = hyphenated.flatMap(({ shut }) => words(shut)).filter((word) => !known.has(word));
  return [...open, ...closed].slice(0, MOST_WORDS);
}

/** A word that a search asks for; `isPrefix`: whatever begins so. */
export interface AskedWord {
  readonly word: string;
  readonly isPrefix: boolean;
}

/** The words of a search, each once. */
export function wordsAsked(text: string): readonly AskedWord[] {
  const asked = [...new Set(words(fold(text.slice(0, LONGEST_TEXT))))].slice(0, MOST_ASKED);
  return asked.map((word, index) => ({
    word,
    isPrefix: index === asked.length - 1 && Array.from(word).length >= LEAST_PREFIX,
  }));
}
