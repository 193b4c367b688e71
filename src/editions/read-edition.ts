import { PaperboyError } from "../core/errors.js";
import type { Clock, Edition, Location, Page, Paper, Reading, Source } from "../core/model.js";
import { fillAbstracts } from "../parse/fill.js";
import { freeze, isOld } from "./freeze.js";
import type { NoEdition } from "./freeze.js";

/** What `readSource` needs; app.ts builds it. */
export interface ReadParts {
  readonly fetch: (location: Location) => Promise<Page>;
  readonly site: string;
  readonly clock: Clock;
  /** Whether the site's API may be used if the page is unreadable or has no abstracts (setting `api`). */
  readonly useApi: boolean;
  /** Keeps a page that could not be parsed, for a bug report. Returns its path, or null if nothing was written. */
  readonly keepPage: (page: Page) => Promise<string | null>;
  readonly warn: (message: string) => void;
}

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
 * Fetches, parses and freezes one source.
 * @throws PaperboyError like `readSource` and `freeze`.
 */
export async function readEdition({ source, early }: ReadRequest, parts: ReadParts): Promise<EditionRead | NoEdition> {
  const reading = await readSource(source, parts);
  const frozen = freeze(reading, { source, now: parts.clock(), early });
  return "reason" in frozen ? frozen : { reading, edition: frozen };
}

/**
 * Fetches and parses a source. If its page cannot be parsed or has no abstracts, and the setting `api` allows it, reads the
 * site's API too. If the site generated the response before the end of a period that has passed, requests it once more without
 * caches.
 * @throws PaperboyError of the fetch, or `layout-changed` with the path of the kept page.
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

async function readOnce(source: Source, given: ReadParts): Promise<Read> {
  const warnings: string[] = [];
  const parts = { ...given, warn: (message: string) => void warnings.push(message) };
  return { reading: await readWith(source, parts), warnings };
}

async function readWith(source: Source, parts: ReadParts): Promise<Reading> {
  const page = await parts.fetch(source.location);
  const reading = await readPage(page, source, parts);
  for (const { level, message } of reading.issues) if (level === "warning") parts.warn(message);
  if (reading.format !== "cards") return reading;
  const fromApi = await readApi(source, parts);
  if (!fromApi)
    parts.warn(
      "the letter has titles only, because the page has no abstracts; set `api: true` to read them from the site's API",
    );
  return fromApi ? fillAbstracts(reading, fromApi) : reading;
}

async function readPage(page: Page, source: Source, parts: ReadParts): Promise<Reading> {
  try {
    const { parsePage } = await import("../parse/page.js");
    return parsePage(page, parseOptions(source, parts));
  } catch (error) {
    if (!(error instanceof PaperboyError) || error.code !== "layout-changed") throw error;
    const kept = await parts.keepPage(page);
    const fromApi = await readApi(source, parts);
    if (!fromApi) throw unreadable(error, kept);
    parts.warn(`${error.message}; Paperboy read the site's API instead${kept ? `; the page is kept as ${kept}` : ""}`);
    return fromApi;
  }
}

function unreadable(error: PaperboyError, kept: string | null): PaperboyError {
  return new PaperboyError("layout-changed", {
    message: error.message,
    hint: [kept && `The page is kept as ${kept}.`, error.hint].filter(Boolean).join(" "),
    cause: error,
  });
}

function parseOptions({ kind, period }: Source, { site }: ReadParts) {
  return { site, kind, period };
}

/**
 * Enough for the longest month. If the API ignores `p`, the loop ends earlier, because the second page contains no new paper.
 */
const MAX_API_PAGES = 20;

async function readApi(source: Source, parts: ReadParts): Promise<Reading | null> {
  if (!parts.useApi || source.apiUrl === null) return null;
  const { parsePage } = await import("../parse/page.js");
  const options = parseOptions(source, parts);
  let all: Reading | null = null;
  for (let number = 0; number < MAX_API_PAGES; number += 1) {
    const page = await parts.fetch({ type: "url", url: `${source.apiUrl}&p=${number}` });
    const next = parsePage(page, options);
    const papers = joined(all?.papers ?? [], next.papers);
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
