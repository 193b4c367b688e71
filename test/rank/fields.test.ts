import { expect, it } from "vitest";
import { searchFieldsOf, TEXT_FIELDS } from "../../src/rank/fields.js";
import { paper } from "./papers.js";

it("prepares every text field of a paper, the most significant first", () => {
  const spelled = searchFieldsOf(
    paper({ title: "Title", keywords: ["One", "Two"], summary: "Sum-up", abstract: null }),
  );
  expect(spelled).toMatchObject([
    // Stems are tested in phrase.test.ts.
    { field: "title", spelling: { open: " title ", closed: " title " } },
    { field: "keywords", spelling: { open: " one | two ", closed: " one | two " } },
    { field: "summary", spelling: { open: " sum up ", closed: " sumup " } },
    { field: "abstract", spelling: { open: "", closed: "" } },
  ]);
  const weights = TEXT_FIELDS.map(({ weight }) => weight);
  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
});
