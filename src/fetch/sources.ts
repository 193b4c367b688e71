import { addDays, parsePeriod, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Location, Source, SourceKind } from "../core/model.js";
import { nearest } from "../core/nearest.js";

/** What `parseSource` needs to interpret a SOURCE. */
export interface SourceContext {
  /** The site's address without a trailing slash, such as `https://huggingface.co`. */
  readonly site: string;
  readonly now: Date;
  readonly exists: (path: string) => boolean;
}

interface Form {
  /** An example for help and errors. */
  readonly example: string;
  readonly means: string;
  /** Returns the source, or null if the text has another form. Throws `usage` for an invalid text of this form. */
  readonly read: (text: string, context: SourceContext) => Source | null;
}

/** Every form of SOURCE, tried in this order. */
export const SOURCE_FORMS: readonly Form[] = [
  { example: "today, yesterday", means: "that day in UTC", read: relativeDay },
  { example: "2026-10-02", means: "a day", read: period },
  { example: "2026-W40", means: "an ISO week (inferred: no real page of this kind was available)", read: period },
  { example: "2026-10", means: "a month (inferred)", read: period },
  { example: "trending", means: "the papers trending now (inferred from a part of the real page)", read: trending },
  { example: "search:LLaVA-1.5", means: "the site's search (inferred)", read: search },
  { example: "https://...", means: "an address on the site, or of a copy of one of its pages", read: address },
  { example: "-", means: "a page on standard input", read: standardInput },
  { example: "./page.html", means: "a saved page or API response", read: file },
];

const PAPER_ID = /^\d{4}\.\d{4,5}$/;
const RELATIVE_DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: -1 };
/** The forms that are fixed words, in any case. */
const WORDS = [...Object.keys(RELATIVE_DAYS), "trending"];
const API_PAGE_SIZE = 100;

/**
 * Parses a SOURCE by its form.
 * @throws PaperboyError `usage` with the accepted forms, if the text has none of them or names a day that does not exist.
 */
export function parseSource(text: string, context: SourceContext): Source {
  if (text.trim() === "") throw unknownSource("the SOURCE is empty");
  for (const form of SOURCE_FORMS) {
    const source = form.read(text, context);
    if (source) return source;
  }
  const meant = nearest(text, WORDS);
  const suggestion = meant === null ? "" : `; did you mean ${meant}?`;
  throw unknownSource(`no such file, and not a source: ${quoted(text)}${suggestion}`);
}

/** Quotes a text for a message, without the credentials of an address. */
function quoted(text: string): string {
  return JSON.stringify(text.replace(/^([a-z][a-z0-9+.-]*:)?\/\/.*@/i, "$1//"));
}

/** Lists the accepted forms, one per line, for help and errors. */
export function listSourceForms(): string {
  return SOURCE_FORMS.map(({ example, means }) => `  ${example.padEnd(18)} ${means}`).join("\n");
}

function unknownSource(message: string): PaperboyError {
  return new PaperboyError("usage", { message, hint: `A SOURCE is one of:\n${listSourceForms()}` });
}

function relativeDay(text: string, context: SourceContext): Source | null {
  const days = RELATIVE_DAYS[text.toLowerCase()];
  return days === undefined ? null : period(addDays(utcDay(context.now), days), context);
}

function period(given: string, context: SourceContext): Source | null {
  const text = given.toUpperCase();
  const found = parsePeriod(text);
  if (!found) return null;
  if (!found.span) throw unknownSource(`there is no ${found.kind} ${text}`);
  const pathKind = found.kind === "day" ? "date" : found.kind;
  return onSite(context.site, {
    kind: found.kind,
    name: text,
    path: `/papers/${pathKind}/${text}`,
    api: `${pathKind}=${text}`,
  });
}

function trending(text: string, { site }: SourceContext): Source | null {
  return text.toLowerCase() === "trending"
    ? onSite(site, { kind: "trending", name: "trending", path: "/papers/trending", api: "sort=trending" })
    : null;
}

function search(text: string, { site }: SourceContext): Source | null {
  if (!text.startsWith("search:")) return null;
  const query = text.slice("search:".length).trim();
  if (query === "") throw unknownSource("the search is empty; write search:WORDS");
  return onSite(site, {
    kind: "search",
    name: `search:${query}`,
    path: `/papers?q=${encodeURIComponent(query)}`,
    api: null,
  });
}

function address(text: string, context: SourceContext): Source | null {
  if (!/^https?:/i.test(text)) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) throw unknownSource(`not a valid address: ${quoted(text)}`);
  if (url.username || url.password)
    throw unknownSource(
      `${quoted(text)} contains a user name or password; remove it: no page needs one, and it would appear in logs`,
    );
  return (
    siteAddress(url, context) ?? {
      kind: "page",
      name: text,
      period: null,
      location: { type: "url", url: text },
      apiUrl: null,
    }
  );
}

/**
 * Converts an address on the configured site to the source that it shows, so that `2026-10-02` and its URL give the same
 * edition.
 */
function siteAddress(url: URL, context: SourceContext): Source | null {
  const base = new URL(context.site);
  const prefix = `${base.pathname.replace(/\/$/, "")}/papers`;
  if (url.origin !== base.origin || !url.pathname.startsWith(prefix)) return null;
  const rest = url.pathname.slice(prefix.length).replace(/\/$/, "");
  const dated = /^\/(?:date|week|month)\/(.+)$/.exec(rest)?.[1] ?? (rest === "" ? url.searchParams.get("date") : null);
  if (dated) return period(dated, context);
  if (rest === "/trending") return trending("trending", context);
  if (rest === "" && url.searchParams.get("q")) return search(`search:${url.searchParams.get("q")}`, context);
  const id = rest.slice(1);
  return PAPER_ID.test(id) ? onSite(context.site, { kind: "paper", name: id, path: `/papers/${id}`, api: null }) : null;
}

function standardInput(text: string): Source | null {
  return text === "-" ? saved(text, { type: "stdin" }) : null;
}

function file(text: string, { exists }: SourceContext): Source | null {
  return exists(text) ? saved(text, { type: "file", path: text }) : null;
}

function saved(name: string, location: Location): Source {
  return { kind: "page", name, period: null, location, apiUrl: null };
}

interface SiteSource {
  readonly kind: SourceKind;
  readonly name: string;
  readonly path: string;
  readonly api: string | null;
}

function onSite(site: string, { kind, name, path, api }: SiteSource): Source {
  const isPeriod = kind === "day" || kind === "week" || kind === "month";
  return {
    kind,
    name,
    period: isPeriod ? name : null,
    location: { type: "url", url: `${site}${path}` },
    // The API returns 50 entries by default (measured: two stored days end at exactly 50).
    apiUrl: api && `${site}/api/daily_papers?${api}&limit=${API_PAGE_SIZE}`,
  };
}
