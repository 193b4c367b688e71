import type { Check, Checked, Finding } from "./check.js";

/** The worst day seen had none; a fifth is far beyond chance. */
const MOST_EMPTY = 0.2;

/** What the letter is about. */
export const PAPER_CHECKS: readonly Check[] = [
  {
    id: "duplicate-papers",
    severity: "error",
    looksAt: "no paper stands in it twice",
    mend: "Report the page: an edition should hold each paper once.",
    run: lookAtDuplicates,
  },
  {
    id: "empty-abstracts",
    severity: "warning",
    looksAt: `at most ${MOST_EMPTY * 100}% of the papers that stand in full lack an abstract`,
    mend: "Look at the page: it may have changed; allow the API to fill abstracts in (`api: true`).",
    run: lookAtAbstracts,
  },
];

function lookAtDuplicates({ digest }: Checked): Finding[] {
  const all = [...digest.kept, ...(digest.revisit?.kept ?? [])];
  const ids = all.map(({ paper }) => paper.id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => ({
    message: `a paper stands in it more than once: ${id}`,
    where: all.find(({ paper }) => paper.id === id)?.paper.title ?? id,
  }));
}

/** An edition read from cards has no abstracts at all, and the letter says so itself. */
function lookAtAbstracts({ digest: { edition, view, kept } }: Checked): Finding[] {
  const full = kept.filter(({ form }) => form === "full");
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
