import { createHash } from "node:crypto";
import { hasPassed, parsePeriod, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Edition, Reading, Source } from "../core/model.js";

interface FreezeOptions {
  readonly source: Source;
  readonly now: Date;
  /** Whether a period that still fills may go out, marked so. */
  readonly early: boolean;
}

/**
 * Makes the edition of a source out of a reading, or says why there is none.
 * @throws PaperboyError `no-papers` when the site has another day's page or an empty list for a period that has passed,
 *   `not-ready` when the period can still grow, `layout-changed` when the page is of another kind than was asked for.
 */
export function freeze(reading: Reading, options: FreezeOptions): Edition {
  const { source, now, early } = options;
  if (!isAskedFor(reading, source)) throw otherPage(reading, options);
  if (reading.papers.length === 0) throw nothingThere(`${source.name} has no papers`, options);
  // A file is what it is: nobody can wait for it to fill.
  const filling = reading.complete === false && source.location.type === "url";
  if (filling && !early) throw stillFilling(reading, source);
  return {
    id: editionId(reading, { source, now }),
    source: source.name,
    kind: reading.kind,
    date: reading.date ?? source.period,
    url: permanentUrl(reading) ?? (source.location.type === "url" ? source.location.url : null),
    format: reading.format,
    early: filling,
    papers: reading.papers,
  };
}

/** The site answers a weekend, and a day that is not there yet, with another day's page (measured: `dateString`). */
function isAskedFor(reading: Reading, { kind, period }: Source): boolean {
  if (kind === "page" || reading.kind === "api") return true;
  if (reading.kind !== kind) return false;
  if (period === null || reading.date === period) return true;
  // No real week or month page was at hand: it may state no date, or a day within.
  const span = parsePeriod(period)?.span;
  const isWithin = span && reading.date !== null && reading.date >= span.first && reading.date <= span.last;
  return kind !== "day" && (reading.date === null || isWithin === true);
}

function otherPage(reading: Reading, options: FreezeOptions): PaperboyError {
  const shown = reading.date ?? `a ${reading.kind} page`;
  const message = `the site answered ${options.source.name} with ${shown}`;
  // A page of another kind is no quiet day: a weekly letter must not stay away in silence when the site drops its weeks.
  const isSameKind = reading.kind === options.source.kind;
  if (isSameKind && options.source.period !== null && reading.date !== null) return nothingThere(message, options);
  return new PaperboyError("layout-changed", {
    message,
    hint: "Open the address in a browser; if it shows what was asked for, report the page.",
  });
}

function nothingThere(message: string, { source, now }: FreezeOptions): PaperboyError {
  const span = source.period === null ? null : parsePeriod(source.period)?.span;
  if (!span || hasPassed(span, now)) return new PaperboyError("no-papers", { message });
  return new PaperboyError("not-ready", {
    message: `${message}; ${source.name} has not passed yet (UTC)`,
    hint: "Run again later.",
    retryable: true,
  });
}

function stillFilling(reading: Reading, source: Source): PaperboyError {
  return new PaperboyError("not-ready", {
    message: `${source.name} is still filling: ${reading.papers.length} papers so far`,
    hint: "Run again when the next day has begun, or add --early to take what is there.",
    retryable: true,
  });
}

/** The newest day calls itself `/papers`, which shows another day tomorrow: its own address is made of the date. */
function permanentUrl({ url, kind, date }: Reading): string | null {
  if (url === null || kind !== "day" || date === null || !URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return pathname.endsWith("/papers") ? `${origin}${pathname}/date/${date}` : url;
}

/** The key under which an edition goes out at most once (docs/architecture.md, "Editions"). */
function editionId(reading: Reading, { source, now }: { source: Source; now: Date }): string {
  const { kind, period, name, location } = source;
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
