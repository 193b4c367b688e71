import { createRequire } from "node:module";
import type MiniSearch from "minisearch";
import type { Paper } from "../core/model.js";
import { searchFieldsOf, TEXT_FIELDS } from "./fields.js";
import type { SearchField } from "./fields.js";
import { countOf, readPhrase } from "./phrase.js";
import type { Phrase } from "./phrase.js";

/** Scores are rounded to this many decimals, because their last digits depend on the order of additions. */
const DECIMALS = 4;

/**
 * Returns the relevance of each paper to the phrases of a view, by id: its BM25+ score over the text fields, with each phrase
 * as one term. Rare phrases weigh more; the number of words in a phrase does not matter. A score is above 0 if and only if a
 * phrase matches. Scores are comparable only among the given papers.
 */
export function relevance(papers: readonly Paper[], phrases: readonly string[]): ReadonlyMap<string, number> {
  const wanted = [...new Set(phrases)].map(readPhrase);
  const index = openIndex();
  index.addAll(papers.map((paper) => toDocument(paper, wanted)));
  const scale = 10 ** DECIMALS;
  const hits = index.search(wanted.map((_, index) => termOf(index)).join(" "));
  return new Map([
    ...papers.map(({ id }) => [id, 0] as const),
    ...hits.map(({ id, score }) => [String(id), Math.round(score * scale) / scale] as const),
  ]);
}

/** Loads MiniSearch on first use, because few views need it. Uses `require`, because ranking is synchronous. */
function openIndex(): MiniSearch {
  const Index = createRequire(import.meta.url)("minisearch") as typeof MiniSearch;
  return new Index({
    fields: TEXT_FIELDS.map(({ field }) => field),
    searchOptions: { boost: Object.fromEntries(TEXT_FIELDS.map(({ field, weight }) => [field, weight])) },
    tokenize: (terms) => terms.split(" ").filter((term) => term !== ""),
    processTerm: (term) => term,
  });
}

/** Returns the terms of each field: its words, so that its length counts, and one term for each occurrence of a phrase. */
function toDocument(paper: Paper, phrases: readonly Phrase[]): Readonly<Record<string, string>> {
  const terms = ({ spelling }: SearchField) => [
    spelling.open,
    ...phrases.flatMap((phrase, index) => Array<string>(countOf(spelling, phrase)).fill(termOf(index))),
  ];
  return Object.fromEntries([
    ["id", paper.id],
    ...searchFieldsOf(paper).map((field) => [field.field, terms(field).join(" ")]),
  ]);
}

/** Returns the term of a phrase, by its index. No word starts with `#`. */
function termOf(index: number): string {
  return `#${index}`;
}
