import type { CheerioAPI } from "cheerio/slim";
import type { Page, Reading, SourceKind } from "../core/model.js";
import { failedAttempt, isUsable, parseEntries, toReading } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import { cardEntry, findCards } from "./cards.js";
import { crossCheck } from "./cross-check.js";
import { dataEntry, findHydration, isPaperPage, parseData, readList } from "./data.js";
import type { Hydration } from "./data.js";
import { hintsOf, renderedHeader } from "./header.js";
import type { Header } from "./header.js";
import { isTruncated, openHtml } from "./html.js";
import { asWarnings, layoutChanged, pageIssue } from "./issues.js";
import { parseJson } from "../core/json.js";
import { LIMITS } from "./limits.js";
import { checkResult, checkSearch } from "./search.js";
import type { Attempts } from "./search.js";
import { sliceData } from "./slice.js";

export interface ParseOptions {
  /** The address of the site, such as `https://huggingface.co`: the base of relative links and of the links to papers. */
  readonly site: string;
  /** The requested kind, used only if the page does not show its kind. */
  readonly kind?: SourceKind;
  /** The requested day, week or month, used for API responses, which do not contain it. */
  readonly period?: string | null;
  /** The words of a requested search. Any other page is then refused. */
  readonly query?: string | null;
}

/**
 * Parses a page. HTML has two formats: the hydration data, and the rendered cards, which are compared with the data and replace
 * it if it is broken. A JSON body is parsed as an API response. `skipped` has the entries that cannot be parsed completely,
 * `issues` the differences from the known layout.
 * @throws PaperboyError `layout-changed`, naming the fields and selectors that failed, when neither format is usable or both
 *   are and list different papers.
 */
export function parsePage(page: Page, options: ParseOptions): Reading {
  return isJson(page) ? parseApi(page, options) : parseHtml(page, options);
}

function isJson({ mediaType, body }: Page): boolean {
  return Boolean(mediaType?.endsWith("json")) || /^[\ufeff\s]*[[{]/.test(body.slice(0, 1_000));
}

function parseApi(
  { body, url, generatedAt }: Page,
  { site, kind, period = null, query = null }: ParseOptions,
): Reading {
  const header: Header = { kind: kind === "search" ? "search" : "api", date: period, nextDate: null, query };
  const data = body.length > LIMITS.body ? undefined : parseJson(body);
  if (!Array.isArray(data) || data.length > LIMITS.entries) {
    throw layoutChanged([pageIssue("error", "api", { field: "[]", message: "the JSON is not a list of papers" })]);
  }
  const entries = parseEntries({ format: "api", header, site, entries: data.map(dataEntry) });
  const attempt = query === null ? entries : checkResult(entries, { query, isMarked: true });
  if (!isUsable(attempt)) throw layoutChanged(attempt.issues);
  return toReading(attempt, { url, generatedAt });
}

function parseHtml({ body, url, fetchedAt, generatedAt }: Page, { site, kind, query = null }: ParseOptions): Reading {
  const { hydration, $ } = openPage(body);
  const readAt = generatedAt ?? fetchedAt;
  if (typeof $ === "string") throw layoutChanged([pageIssue("error", "page", { field: "html", message: $ })]);
  const hints = hintsOf($, { url, requested: kind ?? null });
  const found = hydration ?? findHydration($);
  const data = parseData(found, hints, site);
  const header = isUsable(data) ? data.header : renderedHeader($, hints);
  const cards = isPaperPage($) ? null : parseCards($, { header, site, readAt, isCut: isTruncated(body) });
  const isSearch = query !== null || header.kind === "search";
  const lists = found.type === "list" ? found.lists : null;
  const attempts = isSearch ? checkSearch({ header, data, cards, lists }, query) : { data, cards };
  return toReading(choose(attempts), { url: url ?? hints.canonical, generatedAt });
}

/** Parses the HTML, after cutting out the data where possible. `$` is the reason if the page is refused. */
function openPage(body: string): { readonly hydration: Hydration | null; readonly $: CheerioAPI | string } {
  const slice = sliceData(body);
  const hydration = slice === null ? null : readList(slice.data);
  if (slice === null || hydration?.type !== "list") return { hydration: null, $: openHtml(body) };
  const $ = openHtml(slice.rest);
  return typeof $ !== "string" && hasOneList($) ? { hydration, $ } : { hydration: null, $: openHtml(body) };
}

/** Whether the parsed document confirms that the data was an attribute of the one list element. */
function hasOneList($: CheerioAPI): boolean {
  return $('div[data-target="DailyPapers"]:not([data-props])').length === 1;
}

interface CardsContext {
  readonly header: Header;
  readonly site: string;
  readonly readAt: Date;
  readonly isCut: boolean;
}

function parseCards($: CheerioAPI, { header, site, readAt, isCut }: CardsContext): ParseAttempt {
  const cards = findCards($, { kind: header.kind, readAt });
  const broken = (message: string) =>
    failedAttempt("cards", header, { field: "article", message: `cards: ${message}` });
  if (cards === null) return broken(`the page has more than ${LIMITS.entries} articles`);
  if (cards.length === 0) return broken("the page has no article");
  const cut = pageIssue("error", "cards", { field: "html", message: "cards: the page was cut off before its end" });
  return parseEntries({ format: "cards", header, site, entries: cards.map(cardEntry), issues: isCut ? [cut] : [] });
}

/** Chooses an attempt, and adds the issues of the other one. */
function choose({ data, cards }: Attempts): ParseAttempt {
  if (!isUsable(data)) {
    if (cards === null || !isUsable(cards)) throw layoutChanged([...data.issues, ...(cards?.issues ?? [])]);
    return { ...cards, issues: [...asWarnings(data.issues), ...cards.issues] };
  }
  if (cards === null) return data;
  if (!isUsable(cards)) return withoutCards(data, cards);
  const differences = crossCheck(data, cards);
  if (differences.some(({ level }) => level === "error")) throw layoutChanged(differences);
  return { ...data, issues: [...data.issues, ...cards.issues, ...differences] };
}

/** An empty list is an empty day if the page has no cards, and a broken page if it has unreadable cards. */
function withoutCards(data: ParseAttempt, cards: ParseAttempt): ParseAttempt {
  if (data.papers.length > 0) return { ...data, issues: [...data.issues, ...asWarnings(cards.issues)] };
  const hasArticles = cards.skipped.length + cards.papers.length > 0;
  if (!hasArticles) return data;
  const empty = pageIssue("error", "data", { field: "dailyPapers", message: "data: dailyPapers is empty" });
  throw layoutChanged([empty, ...cards.issues]);
}
