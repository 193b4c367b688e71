import type { Check, Checked, Finding } from "./check.js";

/** All known days had all abstracts. */
const MOST_EMPTY = 0.2;

/** Checks whether the edition is plausible. */
export const PAPER_CHECKS: readonly Check[] = [
  {
    id: "duplicate-papers",
    severity: "error",
    requires: "the letter contains each paper once",
    fix: "Report the page: an edition should contain each paper once.",
    run: checkDuplicates,
  },
  {
    id: "empty-abstracts",
    severity: "warning",
    requires: `at most ${MOST_EMPTY * 100}% of the papers in full lack an abstract`,
    fix: "Check whether the page has changed; `api: true` fills in missing abstracts from the API.",
    run: checkAbstracts,
  },
];

function checkDuplicates({ digest }: Checked): Finding[] {
  const all = [...digest.kept, ...(digest.revisit?.kept ?? [])];
  const ids = all.map(({ paper }) => paper.id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => ({
    message: `the letter contains a paper more than once: ${id}`,
    where: all.find(({ paper }) => paper.id === id)?.paper.title ?? id,
  }));
}

/** Ignores editions that were read from cards, because these have no abstracts and the letter says so. */
function checkAbstracts({ digest: { edition, view, kept } }: Checked): Finding[] {
  const full = kept.filter(({ form }) => form !== "line");
  const empty = full.filter(({ paper }) => !paper.abstract);
  const isExpected = edition.format === "cards" || view.abstracts === "none";
  if (isExpected || empty.length <= full.length * MOST_EMPTY) return [];
  return [
    {
      message: `${empty.length} of ${full.length} papers in full have no abstract`,
      where: empty[0]?.paper.title ?? "",
    },
  ];
}
