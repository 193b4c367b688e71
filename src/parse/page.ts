import type { CheerioAPI } from "cheerio/slim";
import type { Page, Reading } from "../core/model.js";
import { isJson, isWhole } from "./body.js";
import { cardEntry, findCards } from "./cards.js";
import { crossCheck } from "./cross-check.js";
import { dataEntry, readData, toReading } from "./data.js";
import type { ParseOptions } from "./data.js";
import { failedAttempt, isUsable, parseEntries } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import { asWarnings, pageIssue, layoutChanged } from "./issues.js";
import { hintsOf, renderedHeader } from "./header.js";
import type { Header } from "./header.js";
import { openHtml } from "./html.js";
import { findHydration, isPaperPage, readList } from "./hydration.js";
import type { Hydration } from "./hydration.js";
import { parseJson } from "./json.js";
import { LIMITS } from "./limits.js";
import { sliceData } from "./slice.js";

/**
 * Reads a page: its data first, its cards beside it as a check or instead of it, and the API's JSON where the body is
 * that. What cannot be read whole is in `skipped`, what was not as expected in `drift`.
 * @throws PaperboyError `layout-changed`, naming the fields and selectors that failed, when no reading may serve or two
 *   whole ones show other papers.
 */
export function parsePage(page: Page, options: ParseOptions): Reading {
  return isJson(page) ? readApi(page, options) : readHtml(page, options);
}

function readApi(page: Page, options: ParseOptions): Reading {
  const header: Header = { kind: "api", date: options.period ?? null, nextDate: null };
  const data = page.body.length > LIMITS.body ? undefined : parseJson(page.body.replace(/^\ufeff/, ""));
  if (!Array.isArray(data) || data.length > LIMITS.entries) {
    throw layoutChanged([pageIssue("error", "api", { field: "[]", message: "the JSON is not a list of papers" })]);
  }
  const draft = parseEntries({ format: "api", header, site: options.site, entries: data.map(dataEntry) });
  if (!isUsable(draft)) throw layoutChanged(draft.issues);
  return toReading(draft, { url: page.url, now: options.now });
}

function readHtml(page: Page, options: ParseOptions): Reading {
  const { hydration, $ } = openPage(page.body);
  if (typeof $ === "string") throw layoutChanged([pageIssue("error", "page", { field: "html", message: $ })]);
  const hints = hintsOf($, { url: page.url, asked: options.kind ?? null });
  const data = readData(hydration ?? findHydration($), hints, options.site);
  const cards = isPaperPage($)
    ? null
    : readCards($, isUsable(data) ? data.header : renderedHeader($, hints), { site: options.site, body: page.body });
  return toReading(choose(data, cards), { url: page.url ?? hints.canonical, now: options.now });
}

/** The page as a document, without the data where that can be cut out. */
function openPage(body: string): { readonly hydration: Hydration | null; readonly $: CheerioAPI | string } {
  const slice = sliceData(body);
  const hydration = slice === null ? null : readList(slice.data);
  if (slice === null || hydration?.type !== "list") return { hydration: null, $: openHtml(body) };
  const $ = openHtml(slice.rest);
  return typeof $ !== "string" && hasOneList($) ? { hydration, $ } : { hydration: null, $: openHtml(body) };
}

/** Whether the document agrees that the data stood where it was cut out. */
function hasOneList($: CheerioAPI): boolean {
  return $('div[data-target="DailyPapers"]:not([data-props])').length === 1;
}

function readCards(
  $: CheerioAPI,
  header: Header,
  { site, body }: { readonly site: string; readonly body: string },
): ParseAttempt {
  const cards = findCards($, header.kind);
  const broken = (message: string) =>
    failedAttempt("cards", header, pageIssue("error", "cards", { field: "article", message: `cards: ${message}` }));
  if (cards === null) return broken(`the page has more than ${LIMITS.entries} articles`);
  if (cards.length === 0) return broken("the page has no article");
  const cut = pageIssue("error", "cards", { field: "html", message: "cards: the page was cut off before its end" });
  return parseEntries({
    format: "cards",
    header,
    site,
    entries: cards.map(cardEntry),
    issues: isWhole(body) ? [] : [cut],
  });
}

/** The reading that serves, with what was found about the other one. */
function choose(data: ParseAttempt, cards: ParseAttempt | null): ParseAttempt {
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

/** An empty list and no card is an honest empty day; an empty list beside cards that nobody can read is none. */
function withoutCards(data: ParseAttempt, cards: ParseAttempt): ParseAttempt {
  if (data.papers.length > 0) return { ...data, issues: [...data.issues, ...asWarnings(cards.issues)] };
  const hasArticles = cards.skipped.length + cards.papers.length > 0;
  if (!hasArticles) return data;
  const empty = pageIssue("error", "data", { field: "dailyPapers", message: "data: dailyPapers is empty" });
  throw layoutChanged([empty, ...cards.issues]);
}
