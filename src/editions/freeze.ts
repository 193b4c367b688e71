import { createHash } from "node:crypto";
import { hasPassed, parsePeriod, utcDay } from "../core/calendar.js";
import type { Span } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Edition, Reading, Source } from "../core/model.js";
import { counted } from "../core/text.js";
import { SITE_KINDS } from "../fetch/kinds.js";
import { isUrl } from "../core/url.js";

interface FreezeOptions {
  readonly source: Source;
  readonly now: Date;
  /** Accepts a period that is still filling, and marks the edition as early. */
  readonly early: boolean;
}

/** Why a source has no edition and will never have one. This is a result, not an error. */
export interface NoEdition {
  readonly reason: "no-papers";
  readonly message: string;
}

/**
 * Creates the edition of a source from a reading. Returns `no-papers` if the site shows the page of another day, or an empty
 * list, for a period that has passed.
 * @throws PaperboyError `not-ready` if the page may still get papers, `layout-changed` if it is of the wrong kind.
 */
export function freeze(reading: Reading, options: FreezeOptions): Edition | NoEdition {
  const { source, now, early } = options;
  if (!isRequested(reading, source)) return otherPage(reading, options);
  if (reading.papers.length === 0) return noPapers(`${source.name} has no papers`, reading, options);
  const filling = !isFinal(reading, source);
  if (filling && !early) throw isOld(reading, source, now) ? oldCopy(reading, source) : stillFilling(reading, source);
  return {
    id: editionId(reading, { source, now }),
    source: source.name,
    kind: reading.kind === "api" && source.kind !== "page" ? source.kind : reading.kind,
    date: reading.date ?? source.period,
    url: pageUrl(reading, source),
    format: reading.format,
    early: filling,
    ...(source.kind === "trending" || source.kind === "search" ? { readOn: utcDay(now) } : {}),
    ...(source.followersEdition === undefined ? {} : { forFollowers: true }),
    ...selectionOf(reading, source),
    papers: reading.papers,
  };
}

/**
 * Whether the source cannot get more papers: the page says so, or the site generated it after the period. A file is always
 * final.
 */
function isFinal(reading: Reading, source: Source): boolean {
  if (source.location.type !== "url") return true;
  if (reading.complete !== false && isRequested(reading, source)) return true;
  const span = spanOf(reading, source);
  return span !== null && reading.generatedAt !== null && hasPassed(span, reading.generatedAt);
}

function spanOf({ date }: Reading, { period }: Source): Span | null {
  const named = period ?? date;
  return named === null ? null : (parsePeriod(named)?.span ?? null);
}

/**
 * Whether the period has passed but the reading may lack its last papers, because the site generated the page before the end.
 */
export function isOld(reading: Reading, source: Source, now: Date): boolean {
  const span = spanOf(reading, source);
  return span !== null && hasPassed(span, now) && !isFinal(reading, source);
}

/**
 * Whether the page is the requested one. For a weekend or a day that it does not have yet, the site returns the page of another
 * day (measured: `dateString`).
 */
function isRequested(reading: Reading, { kind, period }: Source): boolean {
  if (kind === "page" || reading.kind === "api") return true;
  if (reading.kind !== kind) return false;
  if (period === null || reading.date === period) return true;
  // No real page of a week or month was available. They may have no date, or a day in the period.
  const span = parsePeriod(period)?.span;
  const isWithin = span && reading.date !== null && reading.date >= span.first && reading.date <= span.last;
  return kind !== "day" && (reading.date === null || isWithin === true);
}

function otherPage(reading: Reading, options: FreezeOptions): NoEdition {
  const shown = reading.date ?? `a ${reading.kind} page`;
  const message = `the site returned ${shown} for ${options.source.name}`;
  // A page of another kind is an error: if the site drops its weekly pages, weekly letters must not stop silently.
  const isSameKind = reading.kind === options.source.kind;
  if (isSameKind && options.source.period !== null && reading.date !== null) return noPapers(message, reading, options);
  throw new PaperboyError("layout-changed", {
    message,
    hint: "Open the address in a browser. If it shows the requested page, report this error.",
  });
}

/** @throws PaperboyError `not-ready` if the period has not passed, or had not passed when the site generated the page. */
function noPapers(message: string, reading: Reading, { source, now }: FreezeOptions): NoEdition {
  if (isOld(reading, source, now)) throw oldCopy(reading, source);
  const span = source.period === null ? null : parsePeriod(source.period)?.span;
  if (!span || hasPassed(span, now)) return { reason: "no-papers", message };
  throw new PaperboyError("not-ready", {
    message: `${message}; ${source.name} has not passed yet (UTC)`,
    hint: "Run again later.",
    retryable: true,
  });
}

function stillFilling(reading: Reading, source: Source): PaperboyError {
  return new PaperboyError("not-ready", {
    message: `${source.name} is still filling: ${reading.papers.length} papers so far`,
    hint: "Run again when the next day has begun, or add --early to send the papers so far.",
    retryable: true,
  });
}

function oldCopy({ papers, generatedAt }: Reading, { name }: Source): PaperboyError {
  const from = generatedAt === null ? "an unknown time" : `${generatedAt.toISOString().slice(0, 16)}Z`;
  return new PaperboyError("not-ready", {
    message: `the response for ${name} is an old copy: it was generated at ${from}, before the end of ${name}, and has ${counted(papers.length, "paper")}`,
    hint: "A cache between this machine and the site sent it, although Paperboy asked caches not to. Run again later, or add --early to send the papers so far.",
    retryable: true,
  });
}

/** Counts the papers of a week or a month that the page cut off. The API has them all. */
function selectionOf({ format, papers }: Reading, { kind }: Source): Pick<Edition, "selection"> {
  const most = kind === "page" ? undefined : SITE_KINDS[kind].most;
  return format !== "api" && most !== undefined && papers.length >= most ? { selection: papers.length } : {};
}

/** Returns the address of the page for readers, even if the edition was read from the API. */
function pageUrl(reading: Reading, { location }: Source): string | null {
  const requested = location.type === "url" ? location.url : null;
  return reading.format === "api" ? requested : (permanentUrl(reading) ?? requested);
}

/** Returns the address with the date for the newest day, because `/papers` shows another day tomorrow. */
function permanentUrl({ url, kind, date }: Reading): string | null {
  if (url === null || kind !== "day" || date === null || !isUrl(url)) return url;
  const { origin, pathname } = new URL(url);
  return pathname.endsWith("/papers") ? `${origin}${pathname}/date/${date}` : url;
}

/** Returns the key of an edition, which each reader gets at most once (docs/architecture.md, "Editions"). */
function editionId(reading: Reading, { source, now }: { source: Source; now: Date }): string {
  const { kind, period, name, location, followersEdition } = source;
  if (followersEdition !== undefined) return followersEdition;
  if (period !== null) return `${kind}:${period}`;
  if (kind === "paper") return `paper:${name}`;
  if (location.type !== "url") return `file:${contentHash(reading)}`;
  const day = reading.kind === "day" && reading.date !== null ? reading.date : utcDay(now);
  return kind === "page" ? `url:${location.url}@${day}` : `${name}@${day}`;
}

function contentHash({ kind, date, papers }: Reading): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, date, papers.map(({ id }) => id)]))
    .digest("hex");
}
