import { createRequire } from "node:module";
import type MiniSearch from "minisearch";
import type { Paper } from "../core/model.js";
import { spellFields, TEXT_FIELDS } from "./fields.js";
import type { SpelledField } from "./fields.js";
import { countOf, readPhrase } from "./phrase.js";
import type { Phrase } from "./phrase.js";

/** The last digits of a score depend on the order of additions, so scores are rounded. */
const DECIMALS = 4;

/**
 * Returns the relevance of each paper to the phrases of a view, by id: BM25+ over the text fields, with each phrase as one term.
 * Rare phrases weigh more, and the number of words in a phrase does not matter. A score is above 0 exactly when a phrase matches.
 * Scores are comparable only within the given papers.
 */
export function relevance(papers: readonly Paper[], phrases: readonly string[]): ReadonlyMap<string, number> {
  const wanted = [...new Set(phrases)].map(readPhrase);
  const index = openIndex();
  index.addAll(papers.map((paper) => toDocument(paper, wanted)));
  const scale = 10 ** DECIMALS;
  const hits = index.search(wanted.map((_, place) => termOf(place)).join(" "));
  return new Map([
    ...papers.map(({ id }) => [id, 0] as const),
    ...hits.map(({ id, score }) => [String(id), Math.round(score * scale) / scale] as const),
  ]);
}

/** Loads MiniSearch on first use, because few views need it. `require`, because ranking is synchronous. */
function openIndex(): MiniSearch {
  const Index = createRequire(import.meta.url)("minisearch") as typeof MiniSearch;
  return new Index({
    fields: TEXT_FIELDS.map(({ field }) => field),
    searchOptions: { boost: Object.fromEntries(TEXT_FIELDS.map(({ field, weight }) => [field, weight])) },
    tokenize: (terms) => terms.split(" ").filter((term) => term !== ""),
    processTerm: (term) => term,
  });
}

/** Returns the terms of each field: its words, which give its length, and one term for each occurrence of a phrase. */
function toDocument(paper: Paper, phrases: readonly Phrase[]): Readonly<Record<string, string>> {
  const terms = ({ spelling }: SpelledField) => [
    spelling.open,
    ...phrases.flatMap((phrase, place) => Array<string>(countOf(spelling, phrase)).fill(termOf(place))),
  ];
  return Object.fromEntries([
    ["id", paper.id],
    ...spellFields(paper).map((field) => [field.field, terms(field).join(" ")]),
  ]);
}

/** Returns the term of a phrase, by its index. No word starts with `#`. */
function termOf(place: number): string {
  return `#${place}`;
}
