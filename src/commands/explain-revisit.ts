import type { Digest, Paper, Reason } from "../core/model.js";
import type { VoteChanges } from "../rank/rising.js";
import { fit, paint, table } from "../app/terminal.js";

/** Reasons in words. */
export type Describe = (reasons: readonly Reason[]) => string[];

/** How much of a title a table shows, in columns. */
export const TITLE_WIDTH = 60;

/** Of the papers that did not jump a person is told these, the nearest first; `--json` has all. */
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

/** The revisit as a table below the papers; empty where the view asks for none. */
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
    ...(rows.length === 0 ? ["no paper of an earlier edition was looked at again"] : [table(rows)]),
    ...(more > 0 ? [`and ${more} more that did not jump`] : []),
  ];
  return `\n${lines.join("\n")}\n\n`;
}

/** The revisit for `--json`; nothing where the view asks for none. */
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
