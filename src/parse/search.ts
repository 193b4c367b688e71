import { fold, words } from "../core/fold.js";
import type { Paper, ParseIssue } from "../core/model.js";
import { isUsable } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import type { Header } from "./header.js";
import type { Lists } from "./data.js";
import { asWarnings, layoutChanged, pageIssue } from "./issues.js";
import { valueAt } from "../core/json.js";

/** What was read from a page: its data, and its cards if it can have any. */
export interface Attempts {
  readonly data: ParseAttempt;
  readonly cards: ParseAttempt | null;
}

interface SearchPage extends Attempts {
  readonly header: Header;
  readonly lists: Lists | null;
}

/**
 * Checks that a page is the result of a search. The site may answer a search with a listing, which must not be mailed under the
 * name of the search.
 * @returns the attempts; one that is not a result has an `error`.
 * @throws PaperboyError `layout-changed` for a page without a query, or with the words of another search.
 */
export function checkSearch({ header, data, cards, lists }: SearchPage, requested: string | null): Attempts {
  const other = requested === null ? null : otherPage(header, requested);
  if (other !== null) throw layoutChanged([searchIssue("error", other)]);
  const query = requested ?? header.query;
  const isMarked = lists?.results != null;
  const result = checkResult(data, { query, isMarked });
  if (!isUsable(result)) {
    // Cards have no day. If the data proves that the page is a listing of a day, so are the cards.
    const isSame = isUsable(data) && cards !== null && isWithin(cards, new Set(data.papers.map(({ id }) => id)));
    const checked = cards && checkResult(cards, { query, isMarked: false });
    return { data: result, cards: isSame && checked ? { ...checked, issues: result.issues } : checked };
  }
  if (!isMarked || data.papers.length === 0 || cards === null || !showsListing(cards, lists)) return { data, cards };
  const warning = searchIssue("warning", "cards: they show the listing of the page, not the result of the search");
  return { data: { ...data, issues: [...data.issues, warning] }, cards: null };
}

interface Expected {
  /** Null when the words of the search are not known. */
  readonly query: string | null;
  /** Whether the source of the papers is the result of a search by its name: `searchResults`, or the search of the API. */
  readonly isMarked: boolean;
}

/** Adds an `error` to an attempt whose papers do not answer the query. An attempt with an error has its issues as warnings then. */
export function checkResult(attempt: ParseAttempt, { query, isMarked }: Expected): ParseAttempt {
  if (query === null || !isUsable(attempt) || attempt.papers.length === 0) return attempt;
  const problem = isMarked ? noneAnswers(attempt.papers, query) : looksLikeListing(attempt.papers, query);
  if (problem === null) return attempt;
  return { ...attempt, issues: [...asWarnings(attempt.issues), searchIssue("error", `${attempt.format}: ${problem}`)] };
}

function searchIssue(level: ParseIssue["level"], message: string): ParseIssue {
  return pageIssue(level, "search", { field: "query", message });
}

function otherPage({ kind, date, query }: Header, requested: string): string | null {
  if (kind !== "search") return `the page shows no query, but ${date === null ? `a ${kind} page` : `${kind} ${date}`}`;
  if (query === null || wordsOf(query).join(" ") === wordsOf(requested).join(" ")) return null;
  return `the page is the result of another search, ${JSON.stringify(query.slice(0, 100))}`;
}

/** Whether the cards have the papers of `dailyPapers`. */
function showsListing(cards: ParseAttempt, lists: Lists): boolean {
  return (
    cards.papers.length > 0 &&
    isWithin(cards, new Set((lists.listing ?? []).map((entry) => valueAt(entry, "paper.id"))))
  );
}

function isWithin({ papers }: ParseAttempt, ids: ReadonlySet<unknown>): boolean {
  return papers.every(({ id }) => ids.has(id));
}

function noneAnswers(papers: readonly Paper[], query: string): string | null {
  const answers = answererOf(query);
  return papers.some(answers) ? null : `none of the ${papers.length} papers contains a word of the search`;
}

/** The minimum share of results that contain a word of the search. Measured: 23 of 25 papers. */
const LEAST_ANSWERS = 0.5;
/** Papers of one day, of which a listing consists and a search does not. */
const LISTING = { least: 5, share: 0.9 } as const;

function looksLikeListing(papers: readonly Paper[], query: string): string | null {
  const answers = papers.filter(answererOf(query)).length;
  if (answers < papers.length * LEAST_ANSWERS) {
    return `only ${answers} of ${papers.length} papers contain a word of the search`;
  }
  const days = papers.map(({ featuredOn }) => featuredOn).filter((day) => day !== null);
  const ofOneDay = Math.max(0, ...[...new Set(days)].map((day) => days.filter((other) => other === day).length));
  const isListing = ofOneDay >= LISTING.least && ofOneDay >= papers.length * LISTING.share;
  return isListing
    ? `${ofOneDay} of ${papers.length} papers were featured on one day, as in the listing of a day`
    : null;
}

/** Words that any abstract contains. */
const COMMON = new Set(
  "a an and are as at be by can for from how in into is it its of on or our paper papers that the their this to via we what when which with".split(
    " ",
  ),
);

function wordsOf(text: string): readonly string[] {
  return words(fold(text));
}

/** Returns whether a paper contains a word of a query, or a word that begins with it. A final `s` does not matter. */
function answererOf(query: string): (paper: Paper) => boolean {
  const all = wordsOf(query);
  const telling = all.filter((word) => !COMMON.has(word));
  const starts = (telling.length > 0 ? telling : all).map(
    (word) => ` ${word.length > 4 ? word.replace(/s$/, "") : word}`,
  );
  return ({ title, abstract, summary, keywords, authors, organization }) => {
    const names = [...authors.map(({ name }) => name), organization?.name];
    const text = [title, abstract, summary, ...keywords, ...names].filter((part) => part != null).join(" ");
    const spaced = ` ${wordsOf(text).join(" ")}`;
    return starts.some((start) => spaced.includes(start));
  };
}
