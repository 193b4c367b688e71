import type { ParseIssue, Paper } from "../core/model.js";
import type { ParseAttempt } from "./attempt.js";
import { DUPLICATE } from "./issues.js";

/** Fields that data and cards have in the same form (equal on all 264 cards of eight real pages). */
const SHARED = ["title", "upvotes", "comments"] as const;

/**
 * Compares the two formats of a page. If they list different papers, the issue is an `error`, because either may be wrong. If
 * an order, a title or a count differs, it is a warning, and the data counts.
 */
export function crossCheck(data: ParseAttempt, cards: ParseAttempt): readonly ParseIssue[] {
  const different = checkIds(data, cards);
  if (different !== null) return [different];
  return [...checkOrder(data, cards), ...SHARED.flatMap((field) => checkField(field, data, cards))];
}

/** Each format may lack as many papers as it skipped entries. */
function checkIds(data: ParseAttempt, cards: ParseAttempt): ParseIssue | null {
  const onlyInData = without(data.papers, cards.papers);
  const onlyInCards = without(cards.papers, data.papers);
  if (onlyInData.length <= skippedIn(cards) && onlyInCards.length <= skippedIn(data)) return null;
  const examples = [...onlyInData, ...onlyInCards].slice(0, 3).join(", ");
  return {
    level: "error",
    check: "ids",
    field: "id",
    message: `data and cards list different papers: ${onlyInData.length} only in the data, ${onlyInCards.length} only in the cards (${examples})`,
    count: onlyInData.length + onlyInCards.length,
    of: new Set([...data.papers, ...cards.papers].map(({ id }) => id)).size,
  };
}

function checkOrder(data: ParseAttempt, cards: ParseAttempt): readonly ParseIssue[] {
  const position = new Map(data.papers.map(({ id }, index) => [id, index]));
  const order = cards.papers.map(({ id }) => position.get(id)).filter((index) => index !== undefined);
  const count = order.filter((index, at) => index < (order[at - 1] ?? 0)).length;
  return count === 0 ? [] : [differs("order", count, order.length)];
}

function checkField(field: (typeof SHARED)[number], data: ParseAttempt, cards: ParseAttempt): readonly ParseIssue[] {
  const onCards = new Map(cards.papers.map((paper) => [paper.id, paper[field]]));
  const count = data.papers.filter((paper) => {
    const other = onCards.get(paper.id) ?? null;
    return other !== null && paper[field] !== null && other !== paper[field];
  }).length;
  return count === 0 ? [] : [differs(field, count, data.papers.length)];
}

function differs(field: string, count: number, of: number): ParseIssue {
  const message = `data and cards differ in ${field} for ${count} of ${of} papers; the data counts`;
  return { level: "warning", check: "differs", field, message, count, of };
}

function without(papers: readonly Paper[], others: readonly Paper[]): readonly string[] {
  const known = new Set(others.map(({ id }) => id));
  return papers.map(({ id }) => id).filter((id) => !known.has(id));
}

function skippedIn({ skipped }: ParseAttempt): number {
  return skipped.filter(({ reason }) => reason !== DUPLICATE).length;
}
