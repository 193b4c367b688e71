import { addDays, parsePeriod, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Location, Source } from "../core/model.js";
import { nearest } from "../core/nearest.js";
import { SITE_KINDS } from "./kinds.js";
import { isUrl } from "../core/url.js";

/** What `parseSource` needs to interpret a SOURCE. */
export interface SourceContext {
  /** The site's address without a trailing slash, such as `https://huggingface.co`. */
  readonly site: string;
  readonly now: Date;
  readonly exists: (path: string) => boolean;
}

type OnSite = keyof typeof SITE_KINDS;

interface Form {
  /** An example for help and errors. */
  readonly example: string;
  readonly means: string;
  /** The kind of source that it names, if it is always the same. */
  readonly kind?: OnSite;
  /** Returns the source, or null if the text has another form. Throws `usage` for an invalid text of this form. */
  readonly read: (text: string, context: SourceContext) => Source | null;
}

/** Every form of SOURCE, tried in this order. */
export const SOURCE_FORMS: readonly Form[] = [
  { example: "today, yesterday", means: "that day in UTC", read: relativeDay },
  { example: "2026-10-02", means: "a day", kind: "day", read: period },
  { example: "2026-W40", means: "an ISO week", kind: "week", read: period },
  { example: "2026-10", means: "a month", kind: "month", read: period },
  { example: "trending", means: "the papers trending now", kind: "trending", read: trending },
  { example: "search:LLaVA-1.5", means: "the site's search", kind: "search", read: search },
  { example: "https://...", means: "an address on the site, or of a copy of one of its pages", read: address },
  { example: "-", means: "a page on standard input", read: standardInput },
  { example: "./page.html", means: "a saved page or API response", read: file },
];

const PAPER_ID = /^\d{4}\.\d{4,5}$/;
const RELATIVE_DAYS: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["yesterday", -1],
]);
/** The forms that are fixed words, in any case. */
const WORDS = [...RELATIVE_DAYS.keys(), "trending"];

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
  return SOURCE_FORMS.map((form) => `  ${form.example.padEnd(18)} ${form.means}${howKnown(form)}`).join("\n");
}

/** Says that a form is inferred, and from what. */
function howKnown({ kind }: Form): string {
  const evidence = kind && SITE_KINDS[kind].evidence;
  return evidence?.how === "inferred" ? ` (inferred from ${evidence.from}, ${evidence.on})` : "";
}

function unknownSource(message: string): PaperboyError {
  return new PaperboyError("usage", { message, hint: `A SOURCE is one of:\n${listSourceForms()}` });
}

function relativeDay(text: string, context: SourceContext): Source | null {
  const days = RELATIVE_DAYS.get(text.toLowerCase());
  return days === undefined ? null : period(addDays(utcDay(context.now), days), context);
}

/** Also takes the id of an edition, such as `day:2026-10-02`. */
function period(given: string, context: SourceContext): Source | null {
  const text = given.replace(/^(?:day|week|month):/i, "").toUpperCase();
  const found = parsePeriod(text);
  if (!found) return null;
  if (!found.span) throw unknownSource(`there is no ${found.kind} ${text}`);
  return onSite(context.site, found.kind, text);
}

function trending(text: string, { site }: SourceContext): Source | null {
  return text.toLowerCase() === "trending" ? onSite(site, "trending", "trending") : null;
}

function search(text: string, { site }: SourceContext): Source | null {
  if (!/^search:/i.test(text)) return null;
  const query = text.slice("search:".length).replaceAll(/\s+/g, " ").trim();
  if (!/[\p{L}\p{N}]/u.test(query)) throw unknownSource("the search has no words; write search:WORDS");
  if (query.length > MAX_QUERY) throw unknownSource(`the search has more than ${MAX_QUERY} characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(query)) throw unknownSource("the search contains characters that cannot be sent");
  return { ...onSite(site, "search", query), name: `search:${query}` };
}

/** The length of the site's search field, in characters. */
const MAX_QUERY = 250;

/** Returns the words of a search; null for every other source. */
export function queryOf({ kind, name }: Pick<Source, "kind" | "name">): string | null {
  return kind === "search" ? name.slice("search:".length) : null;
}

function address(text: string, context: SourceContext): Source | null {
  if (!/^https?:/i.test(text)) return null;
  const url = isUrl(text) ? new URL(text) : null;
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
  const query = url.searchParams.get("q")?.trim() ?? "";
  // A search covers all papers, also when it starts from the listing of a day.
  if (query !== "" && (dated || rest === "" || rest === "/trending")) return search(`search:${query}`, context);
  if (dated) return period(dated, context);
  if (rest === "/trending") return trending("trending", context);
  const id = rest.slice(1);
  return PAPER_ID.test(id) ? onSite(context.site, "paper", id) : null;
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

function onSite(site: string, kind: OnSite, name: string): Source {
  const { page, api } = SITE_KINDS[kind];
  const isPeriod = kind === "day" || kind === "week" || kind === "month";
  return {
    kind,
    name,
    period: isPeriod ? name : null,
    location: { type: "url", url: `${site}${page(name)}` },
    apiUrl: api && `${site}${api(name)}`,
  };
}
