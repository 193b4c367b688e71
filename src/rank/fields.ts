import type { Paper } from "../core/model.js";
import { spell } from "./phrase.js";
import type { Spelling } from "./phrase.js";

interface TextField {
  readonly field: "title" | "keywords" | "summary" | "abstract";
  /** How much more a phrase tells here than in the abstract. */
  readonly weight: number;
  readonly texts: (paper: Paper) => readonly string[];
}

/** Where the phrases of a view are looked for, the most telling field first. */
export const TEXT_FIELDS: readonly TextField[] = [
  { field: "title", weight: 4, texts: ({ title }) => [title] },
  { field: "keywords", weight: 3, texts: ({ keywords }) => keywords },
  { field: "summary", weight: 2, texts: ({ summary }) => (summary === null ? [] : [summary]) },
  { field: "abstract", weight: 1, texts: ({ abstract }) => (abstract === null ? [] : [abstract]) },
];

/** A field of a paper, ready for phrases to be looked for in it. */
export interface SpelledField {
  readonly field: TextField["field"];
  readonly spelling: Spelling;
}

/** A paper's text fields in the order of the table. */
export function spellFields(paper: Paper): readonly SpelledField[] {
  return TEXT_FIELDS.map(({ field, texts }) => ({ field, spelling: spell(texts(paper)) }));
}
