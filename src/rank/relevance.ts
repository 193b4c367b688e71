import { createRequire } from "node:module";
import type MiniSearch from "minisearch";
import type { Paper } from "../model.js";
import { closeHyphens, fold, words } from "./fold.js";
import { readPhrase } from "./phrase.js";

/** How much more a word tells in one field than in the abstract. */
const BOOST = { title: 4, keywords: 3, summary: 2, abstract: 1 } as const;

/** The averages behind a score depend on the order of adding in their last digits; these are cut off. */
const DECIMALS = 4;

/**
 * How well each paper fits the phrases of a view, by id: BM25+ over the fields above, from 0 (no word in common) up. All
 * words of a phrase must occur, though for the score they need not stand together. Scores are comparable within the
 * given papers only.
 */
export function relevance(papers: readonly Paper[], phrases: readonly string[]): ReadonlyMap<string, number> {
  const index = openIndex();
  index.addAll(papers.map(toDocument));
  const scale = 10 ** DECIMALS;
  const hits = index.search({ combineWith: "OR", queries: phrases.flatMap(toQueries) });
  return new Map([
    ...papers.map(({ id }) => [id, 0] as const),
    ...hits.map(({ id, score }) => [String(id), Math.round(score * scale) / scale] as const),
  ]);
}

/** Most views never ask for relevance, and ranking is synchronous: so the library is required here, not imported. */
function openIndex() {
  const Index = createRequire(import.meta.url)("minisearch") as typeof MiniSearch;
  return new Index<ReturnType<typeof toDocument>>({
    fields: Object.keys(BOOST),
    searchOptions: { boost: BOOST },
    tokenize: terms,
    processTerm: (term) => term,
  });
}

function toDocument({ id, title, keywords, summary, abstract }: Paper) {
  return { id, title, keywords: keywords.join(" | "), summary: summary ?? "", abstract: abstract ?? "" };
}

/** The words of a text, and its hyphenated words once more as one, so that both ways to write them are found. */
function terms(text: string): string[] {
  const folded = fold(text);
  const open = words(folded);
  const seen = new Set(open);
  return [...open, ...words(closeHyphens(folded)).filter((word) => !seen.has(word))];
}

function toQueries(phrase: string) {
  const { spellings, isPrefix } = readPhrase(phrase);
  const wordings = new Set(spellings.map((list) => list.join(" ")));
  return [...wordings].map((wording) => ({
    combineWith: "AND" as const,
    prefix: (_: string, place: number, all: readonly string[]) => isPrefix && place === all.length - 1,
    queries: [wording],
  }));
}
