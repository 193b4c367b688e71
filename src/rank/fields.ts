import { memoizeWeakly } from "../core/memoize.js";
import type { Paper } from "../core/model.js";
import { spell } from "./phrase.js";
import type { Spelling } from "./phrase.js";

interface TextField {
  readonly field: "title" | "keywords" | "summary" | "abstract";
  /** The weight of a match, relative to a match in the abstract. */
  readonly weight: number;
  readonly texts: (paper: Paper) => readonly string[];
}

/** The fields that are searched for phrases, most significant first; also in the site's texts that `enrich` replaced. */
export const TEXT_FIELDS: readonly TextField[] = [
  { field: "title", weight: 4, texts: ({ title, enriched }) => [title, ...listOf(enriched?.original.title)] },
  {
    field: "keywords",
    weight: 3,
    texts: ({ keywords, enriched }) => [...keywords, ...listOf(enriched?.original.keywords)],
  },
  {
    field: "summary",
    weight: 2,
    texts: ({ summary, enriched }) => [...listOf(summary), ...listOf(enriched?.original.summary)],
  },
  { field: "abstract", weight: 1, texts: ({ abstract }) => (abstract === null ? [] : [abstract]) },
];

function listOf(texts: string | readonly string[] | null | undefined): readonly string[] {
  return typeof texts === "string" ? [texts] : (texts ?? []);
}

/** A field of a paper, prepared for phrase search. */
export interface SearchField {
  readonly field: TextField["field"];
  readonly spelling: Spelling;
}

/** Returns the text fields of a paper in the order of `TEXT_FIELDS`, prepared once per paper, however many views search it. */
export const searchFieldsOf = memoizeWeakly((paper: Paper): readonly SearchField[] =>
  TEXT_FIELDS.map(({ field, texts }) => ({ field, spelling: spell(texts(paper)) })),
);
