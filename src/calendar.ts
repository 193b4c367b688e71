import { Temporal } from "temporal-polyfill";

/** A day, an ISO week (ISO 8601: weeks begin on Monday, week 1 holds the 4th of January) or a month. */
export type PeriodKind = "day" | "week" | "month";

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
 * The kind and the days of `2026-10-02`, `2026-W40` or `2026-10`.
 * @returns null for text of another shape; `span` is null where the shape is right but no such day, week or month exists.
 */
export function parsePeriod(text: string): { kind: PeriodKind; span: Span | null } | null {
  for (const form of FORMS) {
    const match = form.shape.exec(text);
    if (match) return { kind: form.kind, span: form.span(match.slice(1).map(Number)) };
  }
  return null;
}

/** The UTC day of an instant, `YYYY-MM-DD`. The site's days are UTC days (docs/pages.md). */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** The day that is `days` later (negative: earlier). Both are `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The ISO week of a day, such as `2026-W40`. */
export function isoWeekOf(day: string): string {
  const { yearOfWeek = 0, weekOfYear = 0 } = Temporal.PlainDate.from(day);
  return `${yearOfWeek}-W${String(weekOfYear).padStart(2, "0")}`;
}

/** The month of a day, such as `2026-10`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** Whether the period that holds these days has passed in UTC at that instant. */
export function hasPassed(span: Span, instant: Date): boolean {
  return span.last < utcDay(instant);
}

function daySpan([year = 0, month = 0, day = 0]: readonly number[]): Span | null {
  const date = plainDate(year, month, day);
  return date && { first: date.toString(), last: date.toString() };
}

function weekSpan([year = 0, week = 0]: readonly number[]): Span | null {
  const inFirstWeek = plainDate(year, 1, 4);
  if (!inFirstWeek || week < 1) return null;
  const monday = inFirstWeek.subtract({ days: inFirstWeek.dayOfWeek - 1 }).add({ weeks: week - 1 });
  if (monday.yearOfWeek !== year) return null;
  return { first: monday.toString(), last: monday.add({ days: 6 }).toString() };
}

function monthSpan([year = 0, month = 0]: readonly number[]): Span | null {
  const first = plainDate(year, month, 1);
  return first && { first: first.toString(), last: first.with({ day: first.daysInMonth }).toString() };
}

function plainDate(year: number, month: number, day: number): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" });
  } catch {
    return null;
  }
}
