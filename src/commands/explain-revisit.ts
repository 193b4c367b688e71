import type { Digest, Paper, Reason } from "../core/model.js";
import type { VoteChanges } from "../rank/rising.js";
import { fit, paint, table } from "../core/text.js";

/** Describes reasons in English. */
export type Describe = (reasons: readonly Reason[]) => string[];

/** The maximum width of a title in the table, in columns. */
export const TITLE_WIDTH = 60;

/** The maximum number of papers without a jump in the table, those with the largest rise first. `--json` has all of them. */
const MOST_OTHERS = 10;

interface Row {
  readonly verdict: "kept" | "dropped";
  readonly paper: Paper;
  readonly reasons: readonly Reason[];
}

function rowsOf({ revisit }: Digest, others: VoteChanges["others"]): readonly Row[] {
  if (!revisit) return [];
  return [
    ...revisit.kept.map((looked) => ({ verdict: "kept", ...looked }) as const),
    ...revisit.dropped.map((looked) => ({ verdict: "dropped", ...looked }) as const),
    ...others.map(({ paper, reason }) => ({ verdict: "dropped", paper, reasons: [reason] }) as const),
  ];
}

/** Formats the revisit as a table; empty if the view has none. */
export function explainRevisit(digest: Digest, others: VoteChanges["others"], describe: Describe): string {
  if (!digest.revisit) return "";
  const all = rowsOf(digest, others);
  const shown = all.slice(0, all.length - Math.max(others.length - MOST_OTHERS, 0));
  const rows = shown.map(({ verdict, paper, reasons }) => [
    verdict === "kept" ? "+" : "-",
    paper.id,
    String(paper.upvotes ?? "?"),
    fit(paper.title, TITLE_WIDTH),
    describe(reasons).join("; "),
  ]);
  const more = all.length - shown.length;
  const lines = [
    paint.strong("Second look"),
    ...(rows.length === 0 ? ["no paper of an earlier edition was checked again"] : [table(rows)]),
    ...(more > 0 ? [`and ${more} more that did not jump`] : []),
  ];
  return `\n${lines.join("\n")}\n\n`;
}

/** Returns the revisit for `--json`; empty if the view has none. */
export function revisitResult(digest: Digest, others: VoteChanges["others"], describe: Describe) {
  if (!digest.revisit) return {};
  const revisit = rowsOf(digest, others).map(({ verdict, paper, reasons }) => ({
    id: paper.id,
    title: paper.title,
    verdict,
    upvotes: paper.upvotes,
    reasons: describe(reasons),
    rules: reasons,
  }));
  return { revisit };
}
