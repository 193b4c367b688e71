import { parsePeriod } from "../core/calendar.js";
import type { Digest, Edition, Kept, LikedText, Paper, Reason, View } from "../core/model.js";
import { comparisonOf } from "./closeness.js";
import { matcherFor } from "./match.js";
import { inOrder } from "./order.js";
import type { ClosenessById, SortedPaper } from "./order.js";
import { revisitAt } from "./revisit.js";

/** The maximum number of papers in a letter for a week or a month, unless the view sets a limit. */
const PERIOD_LIMIT = 30;

/** The minimum closeness that counts as a reason to include a paper. Papers about other subjects are below it. */
const CLOSE = 15;

/** The data for a view with interests. */
export interface RankParts {
  /** The texts of `View.interests`; absent if none is known. */
  readonly liked?: readonly LikedText[];
  /** The papers of the whole edition if only some of them are ranked. Closeness depends on all of them. */
  readonly among?: readonly Paper[];
}

/**
 * Applies a view to an edition: every paper is either kept, with its rank and form, or dropped, each with its reasons. The kept ones
 * are the leading papers in the order of the view, then the others: of a catch-up, day by day. The dropped ones start with those over
 * the limit. Of papers with the same id, the first is used. Pure.
 */
export function rank(edition: Edition, view: View, { liked = [], among }: RankParts = {}): Digest {
  const papers = distinct(edition.papers);
  const closeness: ClosenessById =
    liked.length === 0 ? new Map() : comparisonOf(among ?? edition.papers).closenessTo(liked);
  const match = matcherFor(view, { lastDay: lastDayOf(edition), closeness });
  const matched = inOrder(papers, view, { kind: edition.kind, closeness }).map((placed) => {
    const { isKept, reasons } = match(placed.paper);
    return { ...placed, isKept, reasons: isKept ? [...reasons, ...closeTo(placed.paper, closeness)] : reasons };
  });
  const passed = matched.filter(({ isKept }) => isKept);
  const failed = matched.filter(({ isKept }) => !isKept);
  const isPeriod = edition.kind === "week" || edition.kind === "month";
  const limit = view.limit ?? (isPeriod ? PERIOD_LIMIT : passed.length);
  const chosen = passed.slice(0, limit);
  const revisit = revisitAt(edition, view);
  return {
    edition,
    view,
    kept: [...chosen.slice(0, view.leading), ...byDay(chosen.slice(view.leading), edition)].map(
      ({ paper, reasons, orderReason }, index) => ({
        paper,
        rank: index + 1,
        form: formAt(index, view),
        reasons: [...reasons, orderReason],
      }),
    ),
    dropped: [
      ...passed
        .slice(limit)
        .map(({ paper, orderReason }) => ({ paper, reasons: [{ rule: "over-limit", limit }, orderReason] as const })),
      ...failed.map(({ paper, reasons }) => ({ paper, reasons })),
    ],
    ...(revisit && { revisit }),
  };
}

/** Returns the reason that a paper is close to what the reader likes, or none. */
function closeTo({ id }: Paper, closeness: ClosenessById): readonly Reason[] {
  const found = closeness.get(id);
  if (!found || found.value < CLOSE || found.words.length === 0) return [];
  return [{ rule: "close", to: found.to, words: found.words }];
}

/** Returns the last day of an edition, from which `since` counts back; null if it is not known. */
export function lastDayOf({ date, readOn }: Edition): string | null {
  const period = parsePeriod(readOn ?? date?.split("..").at(-1) ?? "");
  return period?.span?.last ?? null;
}

function formAt(index: number, { leading, fullUpTo }: View): Kept["form"] {
  if (index < leading) return "lead";
  return index < fullUpTo ? "full" : "line";
}

/** Sorts papers of a catch-up by day, the newest first; within a day the order of the view stays. */
function byDay<T extends SortedPaper>(placed: readonly T[], { days = [] }: Edition): readonly T[] {
  if (days.length < 2) return placed;
  const dayOf = ({ paper }: SortedPaper): number => days.indexOf(paper.featuredOn ?? "");
  return placed.toSorted((a, b) => dayOf(b) - dayOf(a));
}

function distinct(papers: readonly Paper[]): readonly Paper[] {
  const first = new Map(papers.map(({ id }, index) => [id, index] as const).toReversed());
  return papers.filter(({ id }, index) => first.get(id) === index);
}
