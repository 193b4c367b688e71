import { parsePeriod } from "../core/calendar.js";
import type { Edition } from "../core/model.js";
import type { Words } from "./words.js";

type PeriodParts = Pick<Edition, "kind" | "date" | "source">;

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
  const day = kind === "day" && date !== null ? dayOf(date) : null;
  return day && words.date(day, "short");
}

/** Returns the period with which the subject of a week or month begins: `Week 20`, `May 2026`; null for other editions. */
export function subjectPeriod({ kind, date }: PeriodParts, words: Words): string | null {
  if (date === null || (kind !== "week" && kind !== "month")) return null;
  const week = weekOf(date);
  return week === null ? dateLabel(date, words) : words.say("subjectWeek", { week });
}

/** Returns a day, week or month for the end of a letter: `Monday, 9 March`, `week 11`, `March 2026`; null for other editions. */
export function closingPeriod({ kind, date }: PeriodParts, words: Words): string | null {
  if (date === null || kind === "trending" || kind === "search") return null;
  const [day, week] = [dayOf(date), weekOf(date)];
  if (day) return words.date(day, "weekday");
  return week === null ? dateLabel(date, words) : words.say("period.shortWeek", { week });
}

/** Returns a day or week for use in a sentence: `2 October 2026`, `Week 40, 28 September – 4 October 2026`. */
export function periodName(period: string, words: Words): string {
  const day = dayOf(period);
  return day ? words.date(day, "day") : dateLabel(period, words);
}

/** Returns the date of an edition in long form: of a day, an ISO week, a month, or the days that a catch-up covers. */
export function dateLabel(date: string, words: Words): string {
  const [from, to] = date.split("..").map(dayOf);
  if (from && to) return words.range(from, to);
  if (from && to === undefined) return words.date(from, "long");
  const { kind, span = null } = parsePeriod(date) ?? {};
  if (span === null) return date;
  const [first, last] = [new Date(span.first), new Date(span.last)];
  if (kind === "month") return words.date(first, "month");
  return words.say("period.week", { week: weekOf(date) ?? 0, range: words.range(first, last) });
}

/** Returns a day as an instant; null for any other text. */
function dayOf(text: string): Date | null {
  const { kind, span = null } = parsePeriod(text) ?? {};
  return kind === "day" && span !== null ? new Date(span.first) : null;
}

/** Returns the number of an ISO week; null for any other text. */
function weekOf(text: string): number | null {
  const [, week] = /^\d{4}-W(\d{2})$/.exec(text) ?? [];
  return week === undefined ? null : Number(week);
}
