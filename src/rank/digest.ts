import type { Digest, Edition, Paper, View } from "../core/model.js";
import { matcherFor } from "./match.js";
import { inOrder } from "./order.js";
import type { Placed } from "./order.js";
import { revisitAt } from "./revisit.js";

/**
 * Applies a view to an edition: every paper is either kept, with its rank and form, or dropped, each with its reasons. Both lists are
 * in the order of the view; the dropped ones start with those over the limit. Of papers with the same id, the first is used. Pure.
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
    kept: chosen.map(({ paper, reasons, place }, index) => ({
      paper,
      rank: index + 1,
      form: index < inFull ? "full" : "line",
      reasons: [...reasons, place],
    })),
    dropped: [
      ...passed
        .slice(limit)
        .map(({ paper, place }) => ({ paper, reasons: [{ rule: "over-limit", limit }, place] as const })),
      ...failed.map(({ paper, reasons }) => ({ paper, reasons })),
    ],
    ...(revisit && { revisit }),
  };
}

/** Sorts a catch-up of several days by day, the newest first; within a day the order of the view stays. */
function byDay(placed: readonly Placed[], { days = [] }: Edition): readonly Placed[] {
  if (days.length < 2) return placed;
  const dayOf = ({ paper }: Placed): number => days.indexOf(paper.featuredOn ?? "");
  return placed.toSorted((a, b) => dayOf(b) - dayOf(a));
}

function distinct(papers: readonly Paper[]): readonly Paper[] {
  const first = new Map(papers.map(({ id }, index) => [id, index] as const).toReversed());
  return papers.filter(({ id }, index) => first.get(id) === index);
}
