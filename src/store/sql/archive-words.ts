import { closeHyphens, fold, words } from "../../core/fold.js";
import type { Paper } from "../../core/model.js";

/** The words of a paper by field, in descending order of weight. */
export interface PaperWords {
  readonly title: readonly string[];
  readonly keywords: readonly string[];
  readonly authors: readonly string[];
  /** The words of the abstract and of the one-line summary. */
  readonly abstract: readonly string[];
}

/** The maximum number of indexed words per field. Real papers have fewer. */
const MAX_WORDS = 2_000;
/** The maximum number of words in a search, because each one makes it slower. */
const MAX_SEARCH_WORDS = 8;
/** The maximum length of a search text in characters. */
const MAX_SEARCH_LENGTH = 200;
/** The minimum length of a prefix, because a single letter would match nearly every paper. */
const MIN_PREFIX_LENGTH = 2;

/** Returns the searchable words of a paper. They are folded, so that case, accents and hyphens do not matter. */
export function wordsOfPaper({ title, keywords, authors, abstract, summary, enriched }: Paper): PaperWords {
  // Readers also search for the site's texts that `enrich` replaced.
  const site = enriched?.original ?? {};
  return {
    title: wordsIn([title, site.title ?? ""]),
    keywords: wordsIn([...keywords, ...(site.keywords ?? [])]),
    authors: wordsIn(authors.map(({ name }) => name)),
    abstract: wordsIn([abstract ?? "", summary ?? "", site.summary ?? ""]),
  };
}

/** A hyphenated word counts both as its parts and as one word, as in a reader's topics (src/rank/phrase.ts). */
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

/** A word of a search. With `isPrefix`, it matches every word that starts with it. */
export interface SearchWord {
  readonly word: string;
  readonly isPrefix: boolean;
}

/** A search text, parsed. */
export interface SearchTerms {
  /** The distinct words. A paper must contain each of them. */
  readonly words: readonly SearchWord[];
  /** The phrases in quotation marks, which a paper must also contain. */
  readonly phrases: readonly (readonly SearchWord[])[];
  /** All words as one phrase: papers that contain it come first. */
  readonly whole: readonly SearchWord[];
}

/** A phrase in straight or curly quotation marks. */
const QUOTED = /"([^"]*)"|“([^”]*)”|„([^“]*)“/gu;

/** Parses a search text. Its last word is a prefix, unless it is in quotation marks. */
export function searchTerms(text: string): SearchTerms {
  const given = text.slice(0, MAX_SEARCH_LENGTH);
  const all = words(fold(given)).slice(0, MAX_SEARCH_WORDS);
  const isOpen = !/["”“]\s*$/u.test(given);
  const quoted = [...given.matchAll(QUOTED)].map(([, ...groups]) => words(fold(groups.find(Boolean) ?? "")));
  return {
    words: withPrefix([...new Set(all)], isOpen),
    phrases: quoted
      .filter(({ length }) => length > 1 && length <= MAX_SEARCH_WORDS)
      .map((each) => withPrefix(each, false)),
    whole: withPrefix(all, isOpen),
  };
}

function withPrefix(all: readonly string[], isOpen: boolean): readonly SearchWord[] {
  return all.map((word, index) => ({
    word,
    isPrefix: isOpen && index === all.length - 1 && Array.from(word).length >= MIN_PREFIX_LENGTH,
  }));
}
