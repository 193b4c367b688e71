/**
 * Numbers, plural forms and days as Intl writes them in British English, the language of most letters. The first
 * `NumberFormat` and the first `DateTimeFormat` of a process look through every language that Node knows, and each takes as
 * long as reading a page; test/render/words.test.ts holds these to them.
 */
export const ENGLISH = "en-GB";

/** How a day is written: `Monday, 9 March 2026`, `Mon 9 Mar`, `9 March 2026`, `March 2026`. */
export type DayForm = "long" | "short" | "day" | "month";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const WRITTEN: Readonly<Record<DayForm, (day: Date) => string>> = {
  long: (day) => `${weekdayOf(day)}, ${WRITTEN.day(day)}`,
  short: (day) => `${weekdayOf(day).slice(0, 3)} ${day.getUTCDate()} ${shortened(monthOf(day))}`,
  day: (day) => `${day.getUTCDate()} ${WRITTEN.month(day)}`,
  month: (day) => `${monthOf(day)} ${day.getUTCFullYear()}`,
};

/** A day, by UTC; null where Intl has to say how it is counted. */
export function englishDay(day: Date, form: DayForm): string | null {
  return day.getUTCFullYear() > 0 ? WRITTEN[form](day) : null;
}

/** A whole number with its thousands apart; null for any other. */
export function englishNumber(value: number): string | null {
  return Number.isSafeInteger(value) && value >= 0 ? String(value).replace(/\B(?=(?:\d{3})+$)/g, ",") : null;
}

/** The plural form that goes with a number. */
export function englishPlural(count: number): "one" | "other" {
  return count === 1 ? "one" : "other";
}

function weekdayOf(day: Date): string {
  return WEEKDAYS[day.getUTCDay()] ?? "";
}

function monthOf(day: Date): string {
  return MONTHS[day.getUTCMonth()] ?? "";
}

/** September has four letters (CLDR, since 38). */
function shortened(month: string): string {
  return month.slice(0, month === "September" ? 4 : 3);
}
