import type { Edition } from "../core/model.js";
import type { Words } from "./words.js";

const DAY_MS = 86_400_000;

/** Returns the period of an edition: `Monday, 9 March 2026`, `Week 11, 9 – 15 March 2026`, `March 2026`, `Search: agents`. */
export function periodLabel({ kind, date, source }: PeriodParts, words: Words): string {
  if (kind === "search") return words.say("period.search", { words: source.replace(/^search:/, "") });
  if (kind === "paper") return words.say("period.paper");
  const label = date === null ? null : dateLabel(date, words);
  if (kind === "trending")
    return label ? words.say("period.trending", { date: label }) : words.say("period.trendingNow");
  return label ?? words.say("period.unknown");
}

/** Returns a day in short form for the preheader: `Mon 9 Mar`; null for other periods. */
export function shortPeriod({ kind, date }: PeriodParts, words: Words): string | null {
  return kind === "day" && date !== null && isDay(date) ? words.date(toDate(date), "short") : null;
}

/** Returns the period with which the subject of a week or month begins: `Week 20`, `May 2026`; null for other editions. */
export function subjectPeriod({ kind, date }: PeriodParts, words: Words): string | null {
  if (date === null || (kind !== "week" && kind !== "month")) return null;
  const [, week] = /^\d{4}-W(\d{2})$/.exec(date) ?? [];
  return week === undefined ? dateLabel(date, words) : words.say("subjectWeek", { week: Number(week) });
}

/** Returns a day, week or month for the end of a letter: `Monday, 9 March`, `week 11`, `March 2026`; null for other editions. */
export function closingPeriod({ kind, date }: PeriodParts, words: Words): string | null {
  if (date === null || kind === "trending" || kind === "search") return null;
  if (isDay(date)) return words.date(toDate(date), "weekday");
  const [, week] = /^\d{4}-W(\d{2})$/.exec(date) ?? [];
  return week === undefined ? dateLabel(date, words) : words.say("period.shortWeek", { week: Number(week) });
}

/** Returns a day in long form: `Friday, 2 October 2026`. */
export function dayLabel(day: string, words: Words): string {
  return isDay(day) ? words.date(toDate(day), "long") : day;
}

/** Returns a day or week for use in a sentence: `2 October 2026`, `Week 40, 28 September – 4 October 2026`. */
export function periodName(period: string, words: Words): string {
  return isDay(period) ? words.date(toDate(period), "day") : dateLabel(period, words);
}

type PeriodParts = Pick<Edition, "kind" | "date" | "source">;

/** The forms of a date in an edition: a day, an ISO week, a month, or the days that a catch-up covers. */
function dateLabel(date: string, words: Words): string {
  const [from = "", to] = date.split("..");
  if (to !== undefined && isDay(from) && isDay(to)) return words.range(toDate(from), toDate(to));
  if (isDay(date)) return words.date(toDate(date), "long");
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(date)) return words.date(toDate(`${date}-01`), "month");
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(date) ?? [];
  return year && week ? weekLabel(Number(year), Number(week), words) : date;
}

function weekLabel(year: number, week: number, words: Words): string {
  const monday = mondayOf(year, week);
  return words.say("period.week", { week, range: words.range(monday, new Date(Number(monday) + 6 * DAY_MS)) });
}

/** Returns the Monday of an ISO week; 4 January is always in week 1 (ISO 8601). */
function mondayOf(year: number, week: number): Date {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const daysAfterMonday = (fourth.getUTCDay() + 6) % 7;
  return new Date(Number(fourth) + ((week - 1) * 7 - daysAfterMonday) * DAY_MS);
}

function isDay(date: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date));
}

function toDate(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
