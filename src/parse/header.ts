import type { CheerioAPI } from "cheerio/slim";
import { addDays, hasPassed, parsePeriod } from "../core/calendar.js";
import type { Span } from "../core/calendar.js";
import type { PageKind, SourceKind } from "../core/model.js";
import { isObject } from "../core/json.js";
import type { JsonObject } from "../core/json.js";
import { checkUrl } from "./urls.js";
import { isUrl } from "../core/url.js";

/** The kind and the period that a page states. */
export interface Header {
  readonly kind: PageKind;
  /** The day, week or month; null when the page does not state it. */
  readonly date: string | null;
  /** The next period, if the site already has one. */
  readonly nextDate: string | null;
  /** The words of a search; null for other kinds, and when the page does not state them. */
  readonly query: string | null;
}

/** Evidence for the kind of a page, apart from its data. */
export interface HeaderHints {
  /** The canonical URL in the page (`og:url`), unchanged. */
  readonly canonical: string | null;
  /** The address that the page was fetched from. */
  readonly url: string | null;
  readonly title: string;
  /** The text in the search field of the page; empty on every other page. */
  readonly searched: string;
  /** The requested kind. It counts only if nothing else determines the kind. */
  readonly requested: SourceKind | null;
}

const PATHS: readonly { readonly kind: PageKind; readonly shape: RegExp }[] = [
  { kind: "day", shape: /\/papers\/date\/([^/?#]+)/ },
  { kind: "day", shape: /\/papers\?(?:[^#]*&)?date=([^&#]+)/ },
  { kind: "week", shape: /\/papers\/week\/([^/?#]+)/ },
  { kind: "month", shape: /\/papers\/month\/([^/?#]+)/ },
  { kind: "search", shape: /\/papers(?:\/trending)?\/?\?(?:[^#]*&)?q=([^&#]+)/ },
  { kind: "trending", shape: /\/papers\/(trending)\/?(?:[?#]|$)/ },
];

interface Evidence extends HeaderHints {
  readonly data: JsonObject | null;
}

/**
 * Rules for the kind of a list, most reliable first. The rules for a week, a month and a search follow other clients, because no
 * real page was available.
 */
const KIND_RULES: readonly ((evidence: Evidence) => PageKind | null)[] = [
  ({ data }) => (wordsIn(data) === null ? null : "search"),
  ({ data }) => (data?.["isTrending"] === true ? "trending" : null),
  ({ data }) => (data?.["periodType"] === "week" || data?.["periodType"] === "month" ? data["periodType"] : null),
  ({ data, searched }) => (data === null && searched !== "" ? "search" : null),
  ({ canonical }) => periodInUrl(canonical)?.kind ?? null,
  ({ title }) => (/^\s*Trending Papers\b/.test(title) ? "trending" : null),
  ({ data }) => (data?.["periodType"] === "day" || typeof data?.["date"] === "string" ? "day" : null),
  ({ url }) => periodInUrl(url)?.kind ?? null,
  ({ requested }) => (requested === "page" || requested === "paper" ? null : requested),
];

export function hintsOf($: CheerioAPI, { url, requested }: Pick<HeaderHints, "url" | "requested">): HeaderHints {
  const canonical = $('meta[property="og:url"]').attr("content") ?? $('link[rel="canonical"]').attr("href") ?? null;
  const title = $("title").first().text().slice(0, 200);
  const searched = $('input[name="daily-papers-search"]').attr("value")?.trim() ?? "";
  return { canonical: canonical && checkUrl(canonical, ""), url, title, searched, requested };
}

/** Returns the header from the data: `dateString` since 2026, `date` in 2024 (docs/pages.md). */
export function dataHeader(data: JsonObject, hints: HeaderHints): Header {
  const kind = kindOf({ ...hints, data });
  const stated = [data["dateString"], data["date"]].map(periodIn);
  const date = dateFor(kind, [...stated, periodInUrl(hints.canonical)?.period ?? null]);
  const query = kind === "search" ? (wordsIn(data) ?? queryOf(hints)) : null;
  return { kind, date, nextDate: laterThan(date, periodIn(data["nextDate"])), query };
}

/** Returns the header from the rendered page, for a page without usable data. */
export function renderedHeader($: CheerioAPI, hints: HeaderHints): Header {
  const kind = kindOf({ ...hints, data: null });
  const linked = $('a[href*="/papers"]')
    .toArray()
    .map((link) => periodInUrl($(link).attr("href") ?? null))
    .filter((found) => found?.kind === kind)
    .map((found) => found?.period ?? null)
    .filter((period) => period !== null);
  const time = periodIn($("main time[datetime], [data-target=DailyPapers] time[datetime]").first().attr("datetime"));
  const label = $("div.w-24").first().text().trim();
  const date = dateFor(kind, [periodInUrl(hints.canonical)?.period ?? null, time, labelledDay(label, linked)]);
  const next = linked.find((period) => date !== null && laterThan(date, period) !== null);
  return { kind, date, nextDate: next ?? null, query: kind === "search" ? queryOf(hints) : null };
}

function kindOf(evidence: Evidence): PageKind {
  const { data } = evidence;
  // A page whose data has an empty query is not a search, even if its address is that of one.
  const isNoSearch = data !== null && "query" in data && wordsIn(data) === null;
  for (const rule of KIND_RULES) {
    const kind = rule(evidence);
    if (kind !== null && !(kind === "search" && isNoSearch)) return kind;
  }
  return "day";
}

/** Returns the words of `query` in the data: `{"q": "letters"}`. */
function wordsIn(data: JsonObject | null): string | null {
  const query = data?.["query"];
  const text = isObject(query) ? query["q"] : query;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : null;
}

/** Returns the words of a search in the search field or the address of the page. */
function queryOf({ canonical, url, searched }: HeaderHints): string | null {
  const addresses = [canonical, url].filter((address) => address !== null && isUrl(address));
  const queries = addresses.map((address) => new URL(address ?? "").searchParams.get("q")?.trim() ?? "");
  return [searched, ...queries].find((query) => query !== "") ?? null;
}

function periodInUrl(url: string | null): { readonly kind: PageKind; readonly period: string | null } | null {
  const short = (url ?? "").slice(0, 500);
  for (const { kind, shape } of PATHS) {
    const match = shape.exec(short);
    if (match) return { kind, period: periodIn(match[1]) };
  }
  return null;
}

/** Returns the value if it is an existing day, week or month, and the day of an instant; null otherwise. */
function periodIn(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 10) : value;
  return parsePeriod(text)?.span ? text : null;
}

/** Returns the first period of the given kind. For a week or month, a day in it is accepted if there is none. */
function dateFor(kind: PageKind, stated: readonly (string | null)[]): string | null {
  if (kind !== "day" && kind !== "week" && kind !== "month") return null;
  const periods = stated.filter((period) => period !== null);
  const own = periods.find((period) => parsePeriod(period)?.kind === kind);
  return own ?? (kind === "day" ? null : (periods[0] ?? null));
}

function laterThan(date: string | null, next: string | null): string | null {
  if (next === null || date === null) return next;
  return parsePeriod(next)?.kind === parsePeriod(date)?.kind && next <= date ? null : next;
}

/**
 * Returns the day of a label without a year, such as `Jul 2`, in the year that is nearest to the days that the page links to.
 */
function labelledDay(label: string, linked: readonly string[]): string | null {
  const [linkedDay] = linked;
  if (!linkedDay || !/^[A-Z][a-z]{2} \d{1,2}$/.test(label)) return null;
  const year = Number(linkedDay.slice(0, 4));
  const days = [year - 1, year, year + 1].map((candidate) => new Date(`${label}, ${candidate} 00:00:00Z`));
  const best = days.toSorted((a, b) => distance(a, linkedDay) - distance(b, linkedDay))[0];
  return best && distance(best, linkedDay) < 31 * 86_400_000 ? best.toISOString().slice(0, 10) : null;
}

function distance(day: Date, other: string): number {
  return Math.abs(day.getTime() - Date.parse(other));
}

/**
 * Whether a page is complete: the site has a later one, or generated the page after its period had ended in UTC. Letters wait
 * for this, because a day with 25 papers at 16:00 had 31 the next morning (docs/pages.md).
 * @param generatedAt null when it is unknown. Then only a later page shows that this one is complete.
 * @returns null for trending, a search, one paper, and an API response without a known period.
 */
export function isComplete({ kind, date, nextDate }: Header, generatedAt: Date | null): boolean | null {
  if (kind === "trending" || kind === "search" || kind === "paper") return null;
  const span = date === null ? null : spanOf(kind, date);
  const isOver = span !== null && generatedAt !== null && hasPassed(span, generatedAt);
  if (kind === "api") return span && isOver;
  return nextDate !== null || isOver;
}

/** Returns the days of the period. For a week or month, `date` may be any day in it. */
function spanOf(kind: Header["kind"], date: string): Span | null {
  const period = parsePeriod(date);
  if (kind === "month" && period?.kind === "day") return parsePeriod(date.slice(0, 7))?.span ?? null;
  if (kind === "week" && period?.kind === "day") {
    const daysToSunday = (7 - new Date(`${date}T00:00:00Z`).getUTCDay()) % 7;
    return { first: date, last: addDays(date, daysToSunday) };
  }
  return period?.span ?? null;
}
