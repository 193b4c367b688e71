import { addDays, isoWeekOf, monthOf, utcDay } from "../core/calendar.js";

/** Catch-up goes this far back; what is older is news no more (docs/architecture.md, "Editions"). */
const MOST_DAYS_BACK = 7;

/**
 * The completed days that a bare run must look at, newest last: those since the newest day that has gone out, at most a
 * week back. With an empty ledger only the newest day that has papers counts, so all are candidates and `onlyNewest` is set.
 */
export function dueDays(
  now: Date,
  covered: ReadonlySet<string>,
): { readonly days: readonly string[]; readonly onlyNewest: boolean } {
  const today = utcDay(now);
  const days = Array.from({ length: MOST_DAYS_BACK }, (_, index) => addDays(today, index - MOST_DAYS_BACK));
  const newest = days.findLast((day) => covered.has(day));
  if (covered.size > 0) return { days: days.filter((day) => newest === undefined || day > newest), onlyNewest: false };
  return { days, onlyNewest: true };
}

/** The week and the month whose letters are due: the ones that passed last. They go out on Monday's run, or the first after. */
export function duePeriods(
  now: Date,
): readonly { readonly frequency: "weekly" | "monthly"; readonly period: string }[] {
  const today = utcDay(now);
  const lastWeek = isoWeekOf(addDays(today, -7));
  const lastMonth = monthOf(addDays(`${today.slice(0, 7)}-01`, -1));
  return [
    { frequency: "weekly", period: lastWeek },
    { frequency: "monthly", period: lastMonth },
  ];
}
