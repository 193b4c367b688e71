import { AS_ON_PAGE } from "../core/model.js";
import type { Closeness, Order, PageKind, Paper, Reason, View } from "../core/model.js";
import { relevance } from "./relevance.js";

/** A paper with the value by which it is sorted. */
export interface SortedPaper {
  readonly paper: Paper;
  readonly orderReason: Extract<Reason, { readonly rule: "order" }>;
}

type Value = number | string | null;
type Measure = (paper: Paper) => Value;

/** The closeness of each paper to the reader's interests, by id; empty without interests. */
export type ClosenessById = ReadonlyMap<string, Closeness>;

/** The facts that sorting needs in addition to the papers and the view. */
export interface OrderParts {
  readonly kind?: PageKind;
  readonly closeness?: ClosenessById;
}

const NO_CLOSENESS: ClosenessById = new Map();

/** The sort value of each order. Papers with greater values come first. */
const MEASURES: Readonly<Record<Order, (papers: readonly Paper[], view: View, closeness: ClosenessById) => Measure>> = {
  votes: () => (paper) => paper.upvotes,
  comments: () => (paper) => paper.comments,
  newest: () => (paper) => paper.publishedAt,
  relevance: (papers, { include }) => {
    const scores = relevance(papers, include);
    return ({ id }) => scores.get(id) ?? 0;
  },
  interests: (papers, _, closeness) => {
    const most = Math.max(1, ...papers.map(({ upvotes }) => upvotes ?? 0));
    const votes = ({ upvotes }: Paper): number => Math.log1p(upvotes ?? 0) / Math.log1p(most);
    return (paper) => (closeness.get(paper.id)?.value ?? 0) + VOTES_WEIGHT * votes(paper);
  },
};

/**
 * The points that the most votes of the edition add to a paper's closeness (0 to 100) in the order of interests. Papers far from the
 * reader's interests have a lower closeness, so votes decide on a day without a match.
 */
const VOTES_WEIGHT = 3;

/**
 * Sorts papers by the order of a view. Papers without a value come last. Ties are broken by votes, then by position on the
 * page. Without `include` phrases, relevance is the order of the page for a search, and falls back to votes for other kinds. The order
 * of interests falls back to votes for a reader without interests.
 */
export function inOrder(papers: readonly Paper[], view: View, parts: OrderParts = {}): readonly SortedPaper[] {
  const { kind, closeness = NO_CLOSENESS } = parts;
  if (view.order === "relevance" && view.include.length === 0 && kind === "search") {
    return papers.map((paper) => ({ paper, orderReason: { rule: "order", order: "relevance", value: AS_ON_PAGE } }));
  }
  const fallsBack =
    (view.order === "relevance" && view.include.length === 0) || (view.order === "interests" && closeness.size === 0);
  const order = fallsBack ? "votes" : view.order;
  const measure = MEASURES[order](papers, view, closeness);
  return papers
    .map((paper) => ({ paper, value: measure(paper) }))
    .toSorted((a, b) => greatestFirst(a.value, b.value) || greatestFirst(a.paper.upvotes, b.paper.upvotes))
    .map(({ paper, value }) => ({ paper, orderReason: { rule: "order", order, value } }));
}

function greatestFirst(a: Value, b: Value): number {
  const [left, right] = [magnitude(a), magnitude(b)];
  return left === right ? 0 : right - left;
}

/** A value that sorts after every known value. */
const UNKNOWN = -Infinity;

function magnitude(value: Value): number {
  if (value === null) return UNKNOWN;
  return typeof value === "number" ? value : instantOf(value);
}

/**
 * Returns the milliseconds of an ISO date or instant. A time without a zone would depend on the machine, so it counts as
 * unknown.
 */
function instantOf(text: string): number {
  const isUnambiguous = /^\d{4}-\d\d-\d\d(?:T.+(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const instant = isUnambiguous ? Date.parse(text) : NaN;
  return Number.isNaN(instant) ? UNKNOWN : instant;
}
