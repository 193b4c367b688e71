import type { Digest, Edition, Paper, View } from "../core/model.js";
import { matcherFor } from "./match.js";
import { inOrder } from "./order.js";
import type { SortedPaper } from "./order.js";
import { revisitAt } from "./revisit.js";

/**
 * Applies a view to an edition. Every paper is either kept, with its rank and form, or dropped, and has its reasons. Both lists
 * are in the order of the view; the dropped papers begin with those over the limit. If several papers have the same id, the
 * first counts.
 */
export function rank(edition: Edition, view: View): Digest {
  const match = matcherFor(view);
  const matched = byDay(inOrder(distinct(edition.papers), view), edition).map((placed) => ({
    ...placed,
    ...match(placed.paper),
  }));
  const passed = matched.filter(({ isKept }) => isKept);
  const failed = matched.filter(({ isKept }) => !isKept);
  const limit = view.limit ?? passed.length;
  const chosen = passed.slice(0, limit);
  const revisit = revisitAt(edition, view);
  const inFull = chosen.length <= view.fullUpTo ? chosen.length : view.leading;
  return {
    edition,
    view,
    kept: chosen.map(({ paper, reasons, orderReason }, index) => ({
      paper,
      rank: index + 1,
      form: index < inFull ? "full" : "line",
      reasons: [...reasons, orderReason],
    })),
    dropped: [
      ...passed
        .slice(limit)
        .map(({ paper, orderReason }) => ({ paper, reasons: [{ rule: "over-limit", limit }, orderReason] as const })),
      ...failed.map(({ paper, reasons }) => ({ paper, reasons })),
    ],
    ...(revisit && { revisit }),
  };
}

/** Sorts the papers of a catch-up by day, newest first. Within a day, they stay in the order of the view. */
function byDay(placed: readonly SortedPaper[], { days = [] }: Edition): readonly SortedPaper[] {
  if (days.length < 2) return placed;
  const dayOf = ({ paper }: SortedPaper): number => days.indexOf(paper.featuredOn ?? "");
  return placed.toSorted((a, b) => dayOf(b) - dayOf(a));
}

function distinct(papers: readonly Paper[]): readonly Paper[] {
  const first = new Map(papers.map(({ id }, index) => [id, index] as const).toReversed());
  return papers.filter(({ id }, index) => first.get(id) === index);
}
