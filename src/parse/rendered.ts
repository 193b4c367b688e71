/**
 * Converters from the text on cards to the types of the site data. They return unknown forms unchanged; the cleaners then
 * refuse these.
 */

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

/** Converts a rendered number: `-` is 0, `1.92k` is 1920, `26k` is 26000 (docs/pages.md). */
export function renderedCount(rendered: string): unknown {
  const text = rendered.trim();
  if (text === "-") return 0;
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([km]?)$/i.exec(text);
  if (!match) return rendered;
  return Math.round(Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1));
}

/** Returns the arXiv id in `/papers/2603.01234`, with or without an origin; null for another path. */
export function idInPath(href: string): string | null {
  return /\/papers\/(\d{4}\.\d{4,5})(?:v\d{1,3})?\/?$/.exec(href.slice(0, 500))?.[1] ?? null;
}

/** The date of a paper on a card: `May 29`, with the year for earlier years, `Published on Jun 2, 2026`. */
export const CARD_DATE = /^(?:Published on |·\s*)?([A-Z][a-z]{2}) (\d{1,2})(?:, (\d{4}))?$/;

const DAY_MS = 86_400_000;

/** Converts the date on a card to a day. Without a year it is the last such day before the page was read (docs/pages.md). */
export function renderedDay(rendered: string, readAt: Date): unknown {
  const [, month, day, year] = CARD_DATE.exec(rendered.trim()) ?? [];
  if (month === undefined || day === undefined) return rendered;
  const thisYear = readAt.getUTCFullYear();
  const dates = (year === undefined ? [thisYear + 1, thisYear, thisYear - 1] : [Number(year)]).map(
    (candidate) => new Date(`${month} ${day}, ${candidate} 00:00:00Z`),
  );
  // A reader east of UTC has the next day already.
  const date = dates.find((candidate) => year !== undefined || Number(candidate) <= Number(readAt) + DAY_MS);
  return date === undefined || Number.isNaN(Number(date)) ? rendered : date.toISOString().slice(0, 10);
}

/** Returns the name in `/name`, with or without an origin; null for another path. */
export function slugInPath(href: string | null): string | null {
  return /^(?:https?:\/\/[^/]{1,253})?\/([\w.-]{1,200})\/?$/.exec(href ?? "")?.[1] ?? null;
}

/** Returns the user name in `Submitted by NAME`; null for a badge with another text. */
export function submitterName(rendered: string): { readonly name: string } | null {
  const name = /^\s*Submitted by\s+(\S.{0,200})$/s.exec(rendered)?.[1];
  return name === undefined ? null : { name };
}
