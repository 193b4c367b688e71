/** What cards show, read back into the shape of the data. What cannot be read comes back as it is: cleaners refuse it. */

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

/** A number as cards write it: `-` is 0, `1.92k` is 1920, `26k` is 26000 (docs/pages.md). */
export function renderedCount(shown: string): unknown {
  const text = shown.trim();
  if (text === "-") return 0;
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([km]?)$/i.exec(text);
  if (!match) return shown;
  return Math.round(Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1));
}

/** The id in `/papers/2603.01234`, also where the site's address stands before it; null for another path. */
export function idInPath(href: string): string | null {
  return /\/papers\/(\d{4}\.\d{4,5})(?:v\d{1,3})?\/?$/.exec(href.slice(0, 500))?.[1] ?? null;
}

/** The short name in `/name`, also where the site's address stands before it; null for another path. */
export function slugInPath(href: string | null): string | null {
  return /^(?:https?:\/\/[^/]{1,253})?\/([\w.-]{1,200})\/?$/.exec(href ?? "")?.[1] ?? null;
}

/** The user name in `Submitted by NAME`; nothing for a badge that says something else. */
export function submitterName(shown: string): { readonly name: string } | null {
  const name = /^\s*Submitted by\s+(\S.{0,200})$/s.exec(shown)?.[1];
  return name === undefined ? null : { name };
}
