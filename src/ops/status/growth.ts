import { addDays, isoWeekOf, utcDay } from "../../core/calendar.js";
import { sparkline } from "../../core/text.js";
import type { GrowthCount, GrowthEvent } from "../../store/store.js";

/** The number of people by event. */
export type GrowthCounts = Readonly<Record<GrowthEvent, number>>;

/** Who joined and left in the last four weeks, by UTC day and by ISO week, oldest first. The last day and week are still filling. */
export interface Growth {
  readonly days: readonly (GrowthCounts & { readonly day: string })[];
  readonly weeks: readonly (GrowthCounts & { readonly week: string })[];
}

const DAYS_SHOWN = 28;

/** Returns the first day that `growthOf` shows: the Monday of the ISO week of 27 days ago. */
export function firstGrowthDay(now: Date): string {
  const first = addDays(utcDay(now), 1 - DAYS_SHOWN);
  const sinceMonday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(first, -sinceMonday);
}

/** Sums counts of events since `firstGrowthDay` by day and week, with zeros for days without events. */
export function growthOf(counts: readonly GrowthCount[], now: Date): Growth {
  const today = utcDay(now);
  const all: string[] = [];
  for (let day = firstGrowthDay(now); day <= today; day = addDays(day, 1)) all.push(day);
  const weeks = [...new Set(all.map(isoWeekOf))];
  return {
    days: all.slice(-DAYS_SHOWN).map((day) => ({ day, ...sumOf(counts.filter((count) => count.day === day)) })),
    weeks: weeks.map((week) => ({ week, ...sumOf(counts.filter((count) => isoWeekOf(count.day) === week)) })),
  };
}

function sumOf(counts: readonly GrowthCount[]): GrowthCounts {
  const sum = { requested: 0, confirmed: 0, joined: 0, left: 0, bounced: 0, complained: 0 };
  for (const { event, people } of counts) sum[event] += people;
  return sum;
}

/** The lines of the chart, with the events that each one sums. */
const LINES: readonly { readonly label: string; readonly of: readonly GrowthEvent[] }[] = [
  { label: "joined", of: ["joined"] },
  { label: "gone", of: ["left", "bounced"] },
];

/** Draws who joined and left, one bar per day, with the sums of the last 7 and 28 days. No lines without any event. */
export function growthLines({ days }: Growth, ascii: boolean): readonly string[] {
  const last = (length: number) => days.slice(-length);
  const total = (events: readonly GrowthEvent[], among: Growth["days"]) =>
    among.reduce((sum, day) => sum + events.reduce((part, event) => part + day[event], 0), 0);
  if (total(["requested", "joined", "left", "bounced", "complained"], days) === 0) return [];
  const charts = LINES.map(({ label, of }) => {
    const bars = sparkline(
      days.map((day) => total(of, [day])),
      ascii,
    );
    return `${bars}  ${label}: ${total(of, last(7))} in 7 days, ${total(of, days)} in ${DAYS_SHOWN}`;
  });
  const week = (event: GrowthEvent) => total([event], last(7));
  const details = `${week("requested")} asked, ${week("confirmed")} confirmed, ${week("left")} left, ${week("bounced")} bounced`;
  return [...charts, `7 days: ${details}, ${week("complained")} complained`];
}
