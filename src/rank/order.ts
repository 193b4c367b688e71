import { AS_ON_PAGE } from "../core/model.js";
import type { Order, PageKind, Paper, Reason, View } from "../core/model.js";
import { relevance } from "./relevance.js";

/** A paper with the value by which it is sorted. */
export interface SortedPaper {
  readonly paper: Paper;
  readonly orderReason: Extract<Reason, { readonly rule: "order" }>;
}

type Value = number | string | null;
type Measure = (paper: Paper) => Value;

/** The sort value of each order. Papers with greater values come first. */
const MEASURES: Readonly<Record<Order, (papers: readonly Paper[], view: View) => Measure>> = {
  votes: () => (paper) => paper.upvotes,
  comments: () => (paper) => paper.comments,
  newest: () => (paper) => paper.publishedAt,
  relevance: (papers, { include }) => {
    const scores = relevance(papers, include);
    return ({ id }) => scores.get(id) ?? 0;
  },
};

/**
 * Sorts papers by the order of a view. Papers without a value come last. Ties are broken by votes, then by position on the
 * page. Without `include` phrases, relevance is the order of the page for a search, and falls back to votes for other kinds.
 */
export function inOrder(papers: readonly Paper[], view: View, kind?: PageKind): readonly SortedPaper[] {
  if (view.order === "relevance" && view.include.length === 0 && kind === "search") {
    return papers.map((paper) => ({ paper, orderReason: { rule: "order", order: "relevance", value: AS_ON_PAGE } }));
  }
  const order = view.order === "relevance" && view.include.length === 0 ? "votes" : view.order;
  const measure = MEASURES[order](papers, view);
  return papers
    .map((paper) => ({ paper, value: measure(paper) }))
    .toSorted((a, b) => greatestFirst(a.value, b.value) || greatestFirst(a.paper.upvotes, b.paper.upvotes))
    .map(({ paper, value }) => ({ paper, orderReason: { rule: "order", order, value } }));
}

function greatestFirst(a: Value, b: Value): number {
  const [left, right] = [magnitude(a), magnitude(b)];
  return left === right ? 0 : right - left;
}

/** Sorts after every known value. */
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
