import type { CheerioAPI } from "cheerio/slim";
import type { Page, Reading, SourceKind } from "../model.js";
import { isComplete } from "./complete.js";
import { cardEntry, findCards } from "./cards.js";
import { crossCheck } from "./cross-check.js";
import { brokenDraft, isUsable, readDraft } from "./draft.js";
import type { Draft } from "./draft.js";
import { asWarnings, finding, layoutChanged } from "./drift.js";
import { FIELDS } from "./fields.js";
import { cluesOf, dataHeader, shownHeader } from "./header.js";
import type { Clues, Header } from "./header.js";
import { isWhole, openHtml } from "./html.js";
import { findHydration, isPaperPage } from "./hydration.js";
import type { Hydration } from "./hydration.js";
import { parseJson, valueAt } from "./json.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";
import { sliceData } from "./slice.js";

export interface ParseOptions {
  /** The site's address, such as `https://huggingface.co`: the base of relative addresses and of the papers' pages. */
  readonly site: string;
  readonly now: Date;
  /** What was asked for: a hint, used only where the page does not say what it is. */
  readonly kind?: SourceKind;
  /** The day, week or month asked for: an API answer does not say. */
  readonly period?: string | null;
  /** Reads the data without holding the cards against it: for looking at a letter, never for mailing one. */
  readonly dataAlone?: boolean;
}

/**
 * Reads a page: its data first, its cards beside it as a check or instead of it, and the API's JSON where the body is
 * that. What cannot be read whole is in `skipped`, what was not as expected in `drift`.
 * @throws PaperboyError `layout-changed`, naming the fields and selectors that failed, when no reading may serve or two
 *   whole ones show other papers.
 */
export function parsePage(page: Page, options: ParseOptions): Reading {
  const isJson = page.mediaType?.endsWith("json") || /^[\ufeff\s]*[[{]/.test(page.body.slice(0, 1_000));
  if (isJson) return readApi(page, options);
  return (options.dataAlone ? readSlice(page, options) : null) ?? readHtml(page, options);
}

/** The data read from its own part of the page; null where that is not enough. */
function readSlice(page: Page, options: ParseOptions): Reading | null {
  const slice = sliceData(page.body);
  const $ = slice === null ? null : openHtml(slice);
  if ($ === null || typeof $ === "string") return null;
  const clues = cluesOf($, { url: page.url, asked: options.kind ?? null });
  const data = readData($, clues, options.site);
  // An empty list is believed only beside a page without cards.
  if (!isUsable(data) || data.papers.length === 0) return null;
  return serve(data, { url: page.url ?? clues.canonical, now: options.now });
}

function readApi(page: Page, options: ParseOptions): Reading {
  const header: Header = { kind: "api", date: options.period ?? null, nextDate: null };
  const data = page.body.length > LIMITS.body ? undefined : parseJson(page.body.replace(/^\ufeff/, ""));
  if (!Array.isArray(data) || data.length > LIMITS.entries) {
    throw layoutChanged([finding("error", "api", { field: "[]", message: "the JSON is not a list of papers" })]);
  }
  const draft = readDraft({ reader: "api", header, site: options.site, entries: data.map(dataEntry) });
  if (!isUsable(draft)) throw layoutChanged(draft.drift);
  return serve(draft, { url: page.url, now: options.now });
}

function readHtml(page: Page, options: ParseOptions): Reading {
  const $ = openHtml(page.body);
  if (typeof $ === "string") throw layoutChanged([finding("error", "page", { field: "html", message: $ })]);
  const clues = cluesOf($, { url: page.url, asked: options.kind ?? null });
  const data = readData($, clues, options.site);
  const cards = isPaperPage($)
    ? null
    : readCards($, isUsable(data) ? data.header : shownHeader($, clues), { site: options.site, body: page.body });
  return serve(choose(data, cards), { url: page.url ?? clues.canonical, now: options.now });
}

function readData($: CheerioAPI, clues: Clues, site: string): Draft {
  const found = findHydration($);
  const header = headerOf(found, clues);
  const problem = problemOf(found, header);
  if (problem !== null || found.type === "broken") {
    return brokenDraft("data", header, finding("error", "data", { field: "data-props", message: `data: ${problem}` }));
  }
  const entries = found.type === "list" ? found.entries : [found.entry];
  const isUndated = header.kind === "day" && header.date === null;
  const undated = finding("warning", "data", { field: "dateString", message: "data: the day is not stated" });
  return readDraft({
    reader: "data",
    header,
    site,
    entries: entries.map(dataEntry),
    drift: isUndated ? [undated] : [],
  });
}

function headerOf(found: Hydration, clues: Clues): Header {
  if (found.type === "paper") return { kind: "paper", date: null, nextDate: null };
  return dataHeader(found.type === "list" ? found.data : {}, clues);
}

/** Why data cannot be read, or null. A list may be empty where the page says whose list it is (docs/pages.md). */
function problemOf(found: Hydration, { kind, date }: Header): string | null {
  if (found.type === "broken") return found.reason;
  if (found.type === "paper") return null;
  if (found.entries.length > LIMITS.entries) return `dailyPapers has ${found.entries.length} entries`;
  return found.entries.length === 0 && date === null && kind !== "search" ? "dailyPapers is empty" : null;
}

function readCards(
  $: CheerioAPI,
  header: Header,
  { site, body }: { readonly site: string; readonly body: string },
): Draft {
  const cards = findCards($, header.kind);
  const broken = (message: string) =>
    brokenDraft("cards", header, finding("error", "cards", { field: "article", message: `cards: ${message}` }));
  if (cards === null) return broken(`the page has more than ${LIMITS.entries} articles`);
  if (cards.length === 0) return broken("the page has no article");
  const cut = finding("error", "cards", { field: "html", message: "cards: the page was cut off before its end" });
  return readDraft({ reader: "cards", header, site, entries: cards.map(cardEntry), drift: isWhole(body) ? [] : [cut] });
}

/** The reading that serves, with what was found about the other one. */
function choose(data: Draft, cards: Draft | null): Draft {
  if (!isUsable(data)) {
    if (cards === null || !isUsable(cards)) throw layoutChanged([...data.drift, ...(cards?.drift ?? [])]);
    return { ...cards, drift: [...asWarnings(data.drift), ...cards.drift] };
  }
  if (cards === null) return data;
  if (!isUsable(cards)) return withoutCards(data, cards);
  const differences = crossCheck(data, cards);
  if (differences.some(({ level }) => level === "error")) throw layoutChanged(differences);
  return { ...data, drift: [...data.drift, ...cards.drift, ...differences] };
}

/** An empty list and no card is an honest empty day; an empty list beside cards that nobody can read is none. */
function withoutCards(data: Draft, cards: Draft): Draft {
  if (data.papers.length > 0) return { ...data, drift: [...data.drift, ...asWarnings(cards.drift)] };
  const hasArticles = cards.skipped.length + cards.papers.length > 0;
  if (!hasArticles) return data;
  const empty = finding("error", "data", { field: "dailyPapers", message: "data: dailyPapers is empty" });
  throw layoutChanged([empty, ...cards.drift]);
}

function serve(
  { header, reader, papers, skipped, drift }: Draft,
  page: { readonly url: string | null; readonly now: Date },
): Reading {
  const { kind, date } = header;
  return { url: page.url, kind, date, complete: isComplete(header, page.now), reader, papers, skipped, drift };
}

function dataEntry(entry: unknown): Entry {
  return (name) => FIELDS[name].data.map((path) => valueAt(entry, path));
}
