import type { CheerioAPI } from "cheerio/slim";
import { parsePeriod } from "../core/calendar.js";
import type { PageKind, SourceKind } from "../core/model.js";
import { isObject } from "./json.js";
import type { JsonObject } from "./json.js";
import { checkUrl } from "./urls.js";

/** What a page says of itself. */
export interface Header {
  readonly kind: PageKind;
  /** The day, week or month that it shows; null where it does not say. */
  readonly date: string | null;
  /** The period after it, where the site has one already. */
  readonly nextDate: string | null;
}

/** What stands around the papers and may tell the kind. */
export interface HeaderHints {
  /** The page's own address (`og:url`), as it wrote it. */
  readonly canonical: string | null;
  /** Where it came from. */
  readonly url: string | null;
  readonly title: string;
  /** What was asked for: the last resort. */
  readonly asked: SourceKind | null;
}

const PATHS: readonly { readonly kind: PageKind; readonly shape: RegExp }[] = [
  { kind: "day", shape: /\/papers\/date\/([^/?#]+)/ },
  { kind: "day", shape: /\/papers\?(?:[^#]*&)?date=([^&#]+)/ },
  { kind: "week", shape: /\/papers\/week\/([^/?#]+)/ },
  { kind: "month", shape: /\/papers\/month\/([^/?#]+)/ },
  { kind: "trending", shape: /\/papers\/(trending)\/?(?:[?#]|$)/ },
  { kind: "search", shape: /\/papers\?(?:[^#]*&)?q=([^&#]+)/ },
];

interface Said extends HeaderHints {
  readonly data: JsonObject | null;
}

/** What tells the kind of a list, the surest first. Week, month and search are inferred: no real page was at hand. */
const KIND_RULES: readonly ((said: Said) => PageKind | null)[] = [
  ({ data }) => (data?.["isTrending"] === true ? "trending" : null),
  ({ data }) => (data?.["periodType"] === "week" || data?.["periodType"] === "month" ? data["periodType"] : null),
  ({ data }) => (isFilled(data?.["query"]) ? "search" : null),
  ({ canonical }) => place(canonical)?.kind ?? null,
  ({ title }) => (/^\s*Trending Papers\b/.test(title) ? "trending" : null),
  ({ data }) => (data?.["periodType"] === "day" || typeof data?.["date"] === "string" ? "day" : null),
  ({ url }) => place(url)?.kind ?? null,
  ({ asked }) => (asked === "page" || asked === "paper" ? null : asked),
];

/** The hints of a page. */
export function hintsOf($: CheerioAPI, { url, asked }: Pick<HeaderHints, "url" | "asked">): HeaderHints {
  const canonical = $('meta[property="og:url"]').attr("content") ?? $('link[rel="canonical"]').attr("href") ?? null;
  const title = $("title").first().text().slice(0, 200);
  return { canonical: canonical && checkUrl(canonical, ""), url, title, asked };
}

/** The header that the data states; `dateString` since 2026, `date` in 2024 (docs/pages.md). */
export function dataHeader(data: JsonObject, hints: HeaderHints): Header {
  const kind = kindOf({ ...hints, data });
  const stated = [data["dateString"], data["date"]].map(periodIn);
  const date = dateFor(kind, [...stated, place(hints.canonical)?.period ?? null]);
  return { kind, date, nextDate: laterThan(date, periodIn(data["nextDate"])) };
}

/** The header that is read off the page where the data says nothing. */
export function renderedHeader($: CheerioAPI, hints: HeaderHints): Header {
  const kind = kindOf({ ...hints, data: null });
  const linked = $('a[href*="/papers"]')
    .toArray()
    .map((link) => place($(link).attr("href") ?? null))
    .filter((found) => found?.kind === kind)
    .map((found) => found?.period ?? null)
    .filter((period) => period !== null);
  const time = periodIn($("main time[datetime], [data-target=DailyPapers] time[datetime]").first().attr("datetime"));
  const label = $("div.w-24").first().text().trim();
  const date = dateFor(kind, [place(hints.canonical)?.period ?? null, time, labelledDay(label, linked)]);
  const next = linked.find((period) => date !== null && laterThan(date, period) !== null);
  return { kind, date, nextDate: next ?? null };
}

function kindOf(said: Said): PageKind {
  for (const rule of KIND_RULES) {
    const kind = rule(said);
    if (kind !== null) return kind;
  }
  return "day";
}

function isFilled(query: unknown): boolean {
  return typeof query === "string" ? query.trim() !== "" : isObject(query) && Object.keys(query).length > 0;
}

function place(url: string | null): { readonly kind: PageKind; readonly period: string | null } | null {
  const short = (url ?? "").slice(0, 500);
  for (const { kind, shape } of PATHS) {
    const match = shape.exec(short);
    if (match) return { kind, period: periodIn(match[1]) };
  }
  return null;
}

/** A day, week or month that exists; of an instant the day. */
function periodIn(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 10) : value;
  return parsePeriod(text)?.span ? text : null;
}

/** The first period of the kind's own form; a week or month may state a day within it instead. */
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

/** The day of a label without a year, such as `Jul 2`: the one nearest to a day that the page links to. */
function labelledDay(label: string, linked: readonly string[]): string | null {
  const [near] = linked;
  if (!near || !/^[A-Z][a-z]{2} \d{1,2}$/.test(label)) return null;
  const year = Number(near.slice(0, 4));
  const days = [year - 1, year, year + 1].map((candidate) => new Date(`${label}, ${candidate} 00:00:00Z`));
  const best = days.toSorted((a, b) => distance(a, near) - distance(b, near))[0];
  return best && distance(best, near) < 31 * 86_400_000 ? best.toISOString().slice(0, 10) : null;
}

function distance(day: Date, other: string): number {
  return Math.abs(day.getTime() - Date.parse(other));
}
