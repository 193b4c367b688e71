import { PaperboyError } from "../core/errors.js";
import type { Edition, Reading, Source, Clock, Location, Page, Paper } from "../core/model.js";
import { isRefusal } from "../fetch/failures.js";
import { apiAddresses, mayUseApi } from "../fetch/kinds.js";
import { queryOf } from "../fetch/sources.js";
import { fillAbstracts } from "../parse/paper.js";
import { freeze, isOld } from "./freeze.js";
import type { NoEdition } from "./freeze.js";

export interface ReadRequest {
  readonly source: Source;
  /** Accepts a period that is still filling, and marks the edition as early. */
  readonly early: boolean;
}

/** An edition, and the reading from which it was frozen. */
export interface EditionRead {
  readonly reading: Reading;
  readonly edition: Edition;
}

/**
 * Fetches, parses, freezes and enriches one source.
 * @throws PaperboyError like `readSource`, `freeze` and `enrich`.
 */
export async function readEdition({ source, early }: ReadRequest, parts: ReadParts): Promise<EditionRead | NoEdition> {
  const reading = await readSource(source, parts);
  const frozen = freeze(reading, { source, now: parts.clock(), early });
  return "reason" in frozen ? frozen : { reading, edition: (await parts.enrich?.(frozen)) ?? frozen };
}

/**
 * Reads a source as `readPage` does. If the site generated the response before the end of a period that has passed, requests it
 * once more without caches.
 * @throws PaperboyError like `readPage`.
 */
export async function readSource(source: Source, parts: ReadParts): Promise<Reading> {
  const first = await readOnce(source, parts);
  const final = isOld(first.reading, source, parts.clock()) ? await readPastCaches(source, parts) : null;
  const { reading, warnings } = final ?? first;
  for (const warning of warnings) parts.warn(warning);
  return reading;
}

/** A reading, with warnings for the operator. */
interface Read {
  readonly reading: Reading;
  readonly warnings: readonly string[];
}

/** Returns null if the site cannot be reached, so that the old copy is used and reported. */
async function readPastCaches(source: Source, parts: ReadParts): Promise<Read | null> {
  const fetch: ReadParts["fetch"] = (location) =>
    parts.fetch(location.type === "url" ? { ...location, pastCaches: true } : location);
  try {
    return await readOnce(source, { ...parts, fetch });
  } catch (error) {
    if (error instanceof PaperboyError && error.code === "fetch-failed") return null;
    throw error;
  }
}

async function readOnce(source: Source, parts: ReadParts): Promise<Read> {
  const warnings: string[] = [];
  const reading = await readPage(source, { ...parts, warn: (message) => void warnings.push(message) });
  return { reading, warnings };
}

/** What `readPage` needs; app.ts builds it. */
export interface ReadParts {
  readonly fetch: (location: Location) => Promise<Page>;
  readonly site: string;
  readonly clock: Clock;
  /**
   * Whether the site's API may be used if the page is unreadable or has no abstracts (setting `api`); null if only for searches.
   */
  readonly useApi: boolean | null;
  /** Keeps a page that could not be parsed, for a bug report. Returns its path, or null if nothing was written. */
  readonly keepPage: (page: Page) => Promise<string | null>;
  readonly warn: (message: string) => void;
  /** Adds the texts of the operator's program to a new edition (setting `enrich`). Throws PaperboyError `enrich-failed`. */
  readonly enrich?: ((edition: Edition) => Promise<Edition>) | undefined;
}

/**
 * Fetches and parses a source. If its page cannot be used or has no abstracts, reads the site's API too, where that is allowed.
 * @throws PaperboyError of the fetch, or `layout-changed` with the path of the kept page.
 */
export async function readPage(source: Source, parts: ReadParts): Promise<Reading> {
  const tried = await tryPage(source, parts);
  const reading = "error" in tried ? await readInstead(tried, source, parts) : tried;
  for (const { level, message } of reading.issues) if (level === "warning") parts.warn(message);
  if (reading.format !== "cards" || reading.papers.every(({ abstract }) => abstract !== null)) return reading;
  const fromApi = await readApi(source, parts);
  if (!fromApi)
    parts.warn(
      "the letter has titles only, because the page has no abstracts; set `api: true` to read them from the site's API",
    );
  return fromApi ? fillAbstracts(reading, fromApi) : reading;
}

/** A page that cannot be used; null where none came. */
interface Unusable {
  readonly error: PaperboyError;
  readonly page: Page | null;
}

async function tryPage(source: Source, parts: ReadParts): Promise<Reading | Unusable> {
  let page: Page | null = null;
  try {
    page = await parts.fetch(source.location);
    const { parsePage } = await import("../parse/page.js");
    return parsePage(page, parseOptions(source, parts));
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    if (error.code === "layout-changed" || isReplaceable(error, source, parts)) return { error, page };
    throw error;
  }
}

/**
 * Whether the API may respond although the site refused the page. A period that is missing on the site is also missing in the API.
 */
function isReplaceable(error: PaperboyError, { kind, apiUrl }: Source, { useApi }: ReadParts): boolean {
  if (apiUrl === null || !mayUseApi(kind, useApi) || error.code !== "fetch-failed") return false;
  return isRefusal(error, { orMissing: kind === "search" });
}

async function readInstead({ error, page }: Unusable, source: Source, parts: ReadParts): Promise<Reading> {
  // The site returns this listing for a search that it runs in the browser, so it is not a broken page to keep.
  const keeps = page !== null && source.kind !== "search";
  const kept = keeps ? await parts.keepPage(page) : null;
  const fromApi = await readApi(source, parts).catch((second: unknown) => {
    throw second instanceof PaperboyError ? bothFailed({ error, kept }, second, source) : second;
  });
  if (!fromApi) throw unreadable(error, kept ?? (page && (await parts.keepPage(page))), hintFor(source, parts));
  parts.warn(`${error.message}; Paperboy read the site's API instead${kept ? `; the page is kept as ${kept}` : ""}`);
  return fromApi;
}

function hintFor({ kind, apiUrl }: Source, { useApi }: ReadParts): string | null {
  const isForbidden = apiUrl !== null && useApi === false && mayUseApi(kind, null);
  return isForbidden ? "The site's API has the same papers, but `api: false` forbids its use." : null;
}

function unreadable(error: PaperboyError, kept: string | null, hint: string | null): PaperboyError {
  return new PaperboyError(error.code, {
    message: error.message,
    hint: [kept && `The page is kept as ${kept}.`, hint, error.hint].filter(Boolean).join(" "),
    cause: error,
    retryable: error.retryable,
  });
}

/** The reason is that of the form which the source is mainly read from. */
function bothFailed({ error, kept }: { error: PaperboyError; kept: string | null }, second: PaperboyError, of: Source) {
  const main = mayUseApi(of.kind, null) ? second : error;
  return new PaperboyError(main.code, {
    message: `${error.message}; the site's API failed as well: ${second.message}`,
    hint: [kept && `The page is kept as ${kept}.`, main.hint].filter(Boolean).join(" "),
    cause: second,
    retryable: main.retryable,
  });
}

function parseOptions(source: Source, { site }: ReadParts) {
  return { site, kind: source.kind, period: source.period, query: queryOf(source) };
}

async function readApi(source: Source, parts: ReadParts): Promise<Reading | null> {
  if (source.apiUrl === null || !mayUseApi(source.kind, parts.useApi)) return null;
  const { parsePage } = await import("../parse/page.js");
  const options = parseOptions(source, parts);
  let all: Reading | null = null;
  for (const url of apiAddresses(source.kind, source.apiUrl)) {
    const next = parsePage(await parts.fetch({ type: "url", url }), options);
    const papers = joined(all?.papers ?? [], next.papers);
    // The second page of an API that ignores `p` contains no new paper.
    if (papers.length === all?.papers.length) break;
    all = { ...(all ?? next), ...ageOf([...(all === null ? [] : [all]), next]), papers };
  }
  return all;
}

/** A list in several pages is as old as its oldest page. */
function ageOf(pages: readonly Reading[]): Pick<Reading, "complete" | "generatedAt"> {
  const [oldest] = pages.toSorted((a, b) => Number(a.generatedAt) - Number(b.generatedAt));
  return { complete: oldest?.complete ?? null, generatedAt: oldest?.generatedAt ?? null };
}

function joined(known: readonly Paper[], more: readonly Paper[]): readonly Paper[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...more.filter(({ id }) => !ids.has(id))];
}
