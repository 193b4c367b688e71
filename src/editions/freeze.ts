import { createHash } from "node:crypto";
import { hasPassed, parsePeriod, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Edition, Reading, Source } from "../core/model.js";

interface FreezeOptions {
  readonly source: Source;
  readonly now: Date;
  /** Accepts a period that is still filling, and marks the edition so. */
  readonly early: boolean;
}

/** Why a source has no edition and never will: a result, not an error. */
export interface NoEdition {
  readonly reason: "no-papers";
  readonly message: string;
}

/**
 * Makes the edition of a source from a reading. Returns `no-papers` when the site shows another day's page, or an empty list, for a
 * period that has passed.
 * @throws PaperboyError `not-ready` when the period can still grow, `layout-changed` when the page is of the wrong kind.
 */
export function freeze(reading: Reading, options: FreezeOptions): Edition | NoEdition {
  const { source, now, early } = options;
  if (!isRequested(reading, source)) return otherPage(reading, options);
  if (reading.papers.length === 0) return noPapers(`${source.name} has no papers`, options);
  // Only a page of the site can still fill, not a file.
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

/** The site answers a weekend, or a day that it does not have yet, with another day's page (measured: `dateString`). */
function isRequested(reading: Reading, { kind, period }: Source): boolean {
  if (kind === "page" || reading.kind === "api") return true;
  if (reading.kind !== kind) return false;
  if (period === null || reading.date === period) return true;
  // Not measured on a real page: a week or month may have no date, or a day within it.
  const span = parsePeriod(period)?.span;
  const isWithin = span && reading.date !== null && reading.date >= span.first && reading.date <= span.last;
  return kind !== "day" && (reading.date === null || isWithin === true);
}

function otherPage(reading: Reading, options: FreezeOptions): NoEdition {
  const shown = reading.date ?? `a ${reading.kind} page`;
  const message = `the site answered ${options.source.name} with ${shown}`;
  // A page of another kind is a fault: a weekly letter must not stop silently when the site drops its weeks.
  const isSameKind = reading.kind === options.source.kind;
  if (isSameKind && options.source.period !== null && reading.date !== null) return noPapers(message, options);
  throw new PaperboyError("layout-changed", {
    message,
    hint: "Open the address in a browser. If it shows what was requested, report the page.",
  });
}

/** @throws PaperboyError `not-ready` when the period has not passed. */
function noPapers(message: string, { source, now }: FreezeOptions): NoEdition {
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
    hint: "Run again when the next day has begun, or add --early to send what is there.",
    retryable: true,
  });
}

/** The newest day is at `/papers`, which shows another day tomorrow; its permanent address has the date. */
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
