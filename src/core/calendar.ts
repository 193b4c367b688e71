/** A day, an ISO week (ISO 8601: starts on Monday; week 1 contains 4 January) or a month. */
export type PeriodKind = "day" | "week" | "month";

const DAY_MS = 86_400_000;

/** The first and the last day of a period, as `YYYY-MM-DD`. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

interface PeriodForm {
  readonly kind: PeriodKind;
  readonly shape: RegExp;
  readonly span: (parts: readonly number[]) => Span | null;
}

const FORMS: readonly PeriodForm[] = [
  { kind: "day", shape: /^(\d{4})-(\d{2})-(\d{2})$/, span: daySpan },
  { kind: "week", shape: /^(\d{4})-W(\d{2})$/, span: weekSpan },
  { kind: "month", shape: /^(\d{4})-(\d{2})$/, span: monthSpan },
];

/**
 * Parses `2026-10-02`, `2026-W40` or `2026-10`.
 * @returns null for text of another shape. `span` is null for a date that does not exist, such as `2026-02-30`.
 */
export function parsePeriod(text: string): { kind: PeriodKind; span: Span | null } | null {
  for (const form of FORMS) {
    const match = form.shape.exec(text);
    if (match) return { kind: form.kind, span: form.span(match.slice(1).map(Number)) };
  }
  return null;
}

/**
 * Returns the period in the key of an edition (docs/architecture.md, "Editions"): `day:2026-03-09`, the days of a catch-up
 * `days:2026-03-07..2026-03-09`, `week:2026-W11`, `month:2026-03`. `last` is the last part; periods of one kind sort by it.
 * @returns null for all other keys, because the key of a search, a file or a URL could reveal a reader's interests.
 */
export function editionPeriod(id: string): { kind: PeriodKind; date: string; last: string } | null {
  const [, name = "", plural, date = ""] = /^(day|week|month)(s?):([\dW.-]+)$/.exec(id) ?? [];
  const parts = date.split("..");
  const last = parts.at(-1) ?? "";
  const isCatchUp = plural === "s";
  if (parts.length !== (isCatchUp ? 2 : 1) || (isCatchUp && name !== "day")) return null;
  const periods = parts.map((part) => parsePeriod(part));
  const [kind] = periods.map((period) => period?.kind);
  const isWhole = periods.every((period) => period?.kind === name && period.span !== null);
  return isWhole && kind !== undefined ? { kind, date, last } : null;
}

/** Returns the UTC day of an instant, `YYYY-MM-DD`. The site's days are UTC days (docs/pages.md). */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** Returns the day `days` later, or earlier if negative. Takes and returns `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return utcDay(new Date(Date.parse(day) + days * DAY_MS));
}

/** Returns the ISO week of a day, such as `2026-W40`. */
export function isoWeekOf(day: string): string {
  // A week belongs to the year of its Thursday.
  const thursday = addDays(day, 4 - dayOfWeek(day));
  const year = thursday.slice(0, 4);
  const week = 1 + Math.floor((Date.parse(thursday) - Date.parse(`${year}-01-01`)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** Returns the month of a day, such as `2026-10`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** Returns the first day after `day` that begins a week or a month. */
export function nextStart(kind: "week" | "month", day: string): string {
  return kind === "week" ? addDays(day, 8 - dayOfWeek(day)) : `${monthOf(addDays(`${monthOf(day)}-01`, 31))}-01`;
}

/** Returns whether the last day of a span has ended, in UTC, at `instant`. */
export function hasPassed(span: Span, instant: Date): boolean {
  return span.last < utcDay(instant);
}

function daySpan([year = 0, month = 0, day = 0]: readonly number[]): Span | null {
  const date = dayOf(year, month, day);
  return date === null ? null : { first: date, last: date };
}

function weekSpan([year = 0, week = 0]: readonly number[]): Span | null {
  const inFirstWeek = dayOf(year, 1, 4);
  if (!inFirstWeek || week < 1) return null;
  const monday = addDays(inFirstWeek, 1 - dayOfWeek(inFirstWeek) + (week - 1) * 7);
  if (!isoWeekOf(monday).startsWith(`${inFirstWeek.slice(0, 4)}-`)) return null;
  return { first: monday, last: addDays(monday, 6) };
}

function monthSpan([year = 0, month = 0]: readonly number[]): Span | null {
  const first = dayOf(year, month, 1);
  // 31 days after the first of any month is in the next month.
  return first === null ? null : { first, last: addDays(`${monthOf(addDays(first, 31))}-01`, -1) };
}

/** Returns 1 for Monday to 7 for Sunday. */
function dayOfWeek(day: string): number {
  return new Date(day).getUTCDay() || 7;
}

/** Returns a day such as `2026-10-02`, or null if it does not exist. */
function dayOf(year: number, month: number, day: number): string | null {
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const instant = new Date(`${text}T00:00:00Z`);
  // `Date` turns 31 April into 1 May.
  return Number.isNaN(instant.getTime()) || utcDay(instant) !== text ? null : text;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Formats an instant to the minute, such as `2026-10-05 07:00`. */
export function toMinute(instant: Date | string): string {
  return (typeof instant === "string" ? instant : instant.toISOString()).slice(0, 16).replace("T", " ");
}
