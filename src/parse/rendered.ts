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

/** Returns the name in `/name`, with or without an origin; null for another path. */
export function slugInPath(href: string | null): string | null {
  return /^(?:https?:\/\/[^/]{1,253})?\/([\w.-]{1,200})\/?$/.exec(href ?? "")?.[1] ?? null;
}

/** Returns the user name in `Submitted by NAME`; null for a badge with another text. */
export function submitterName(rendered: string): { readonly name: string } | null {
  const name = /^\s*Submitted by\s+(\S.{0,200})$/s.exec(rendered)?.[1];
  return name === undefined ? null : { name };
}
