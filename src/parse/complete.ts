import { addDays, hasPassed, parsePeriod } from "../core/calendar.js";
import type { Span } from "../core/calendar.js";
import type { Header } from "./header.js";

/**
 * Whether a page's period can no longer grow: the site has a later one, or it has passed in UTC. A day of 25 papers at
 * 16 o'clock had 31 on the next morning (docs/pages.md), so nobody mails it before.
 * @returns null where that has no meaning: trending, a search, one paper, an API answer to nobody knows what.
 */
export function isComplete({ kind, date, nextDate }: Header, now: Date): boolean | null {
  if (kind === "trending" || kind === "search" || kind === "paper") return null;
  const span = date === null ? null : spanOf(kind, date);
  if (kind === "api") return span && hasPassed(span, now);
  return nextDate !== null || (span !== null && hasPassed(span, now));
}

/** The days of the period; a week or month that states only a day within it ends with the whole of it. */
function spanOf(kind: Header["kind"], date: string): Span | null {
  const period = parsePeriod(date);
  if (kind === "month" && period?.kind === "day") return parsePeriod(date.slice(0, 7))?.span ?? null;
  if (kind === "week" && period?.kind === "day") {
    const daysToSunday = (7 - new Date(`${date}T00:00:00Z`).getUTCDay()) % 7;
    return { first: date, last: addDays(date, daysToSunday) };
  }
  return period?.span ?? null;
}
