import { createRequire } from "node:module";
import type MiniSearch from "minisearch";
import type { Paper } from "../core/model.js";
import { spellFields, TEXT_FIELDS } from "./fields.js";
import type { SpelledField } from "./fields.js";
import { countOf, readPhrase } from "./phrase.js";
import type { Phrase } from "./phrase.js";

/** The averages behind a score depend on the order of adding in their last digits; these are cut off. */
const DECIMALS = 4;

/**
 * How well each paper fits the phrases of a view, by id: 0 when it holds none, else BM25+ over the text fields, with each
 * phrase as one term. So a phrase that few of the papers hold counts more, one of many words counts no more for that,
 * and the score is above 0 exactly where the phrases match. Scores are comparable within the given papers only.
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

/** Most views never ask for relevance, and ranking is synchronous: so the library is required here, not imported. */
function openIndex(): MiniSearch {
  const Index = createRequire(import.meta.url)("minisearch") as typeof MiniSearch;
  return new Index({
    fields: TEXT_FIELDS.map(({ field }) => field),
    searchOptions: { boost: Object.fromEntries(TEXT_FIELDS.map(({ field, weight }) => [field, weight])) },
    tokenize: (terms) => terms.split(" ").filter((term) => term !== ""),
    processTerm: (term) => term,
  });
}

/** The terms of each field: its words, which make its length, and a term for each time that it holds a phrase. */
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

/** The term that stands for a phrase, by its place among the phrases; no word begins so. */
function termOf(place: number): string {
  return `#${place}`;
}
