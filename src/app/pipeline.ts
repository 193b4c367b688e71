import { freeze } from "../editions/freeze.js";
import { PaperboyError } from "../core/errors.js";
import type { Clock, Digest, Edition, Location, Page, Paper, Reading, Source, View } from "../core/model.js";
import { fillAbstracts } from "../parse/fill.js";
import { rank } from "../rank/digest.js";

/** What the trip needs from outside; app.ts builds it. */
export interface Parts {
  readonly fetch: (location: Location) => Promise<Page>;
  readonly site: string;
  readonly clock: Clock;
  /** Whether the operator allows the site's API to help out. */
  readonly useApi: boolean;
  /** Keeps a page that could not be read, for whoever mends the reader; answers with its path, or null. */
  readonly keepPage: (page: Page) => Promise<string | null>;
  readonly warn: (message: string) => void;
}

/** What a digest is made from, and for whom. */
export interface Wish {
  readonly source: Source;
  readonly view: View;
  readonly early: boolean;
}

/** The trip from a source to a digest, with what stood on the way. Rendering and sending follow in the commands. */
export async function compose(
  wish: Wish,
  parts: Parts,
): Promise<{ reading: Reading; edition: Edition; digest: Digest }> {
  const reading = await read(wish.source, parts);
  const edition = freeze(reading, { source: wish.source, now: parts.clock(), early: wish.early });
  return { reading, edition, digest: rank(edition, wish.view) };
}

/**
 * Fetches a source and reads it: the page first; where it cannot be read at all, or says nothing of abstracts, the API,
 * if that is allowed.
 * @throws PaperboyError of the fetch, or `layout-changed` with the place where the page was kept.
 */
export async function read(source: Source, parts: Parts): Promise<Reading> {
  const page = await parts.fetch(source.location);
  const reading = await readPage(page, source, parts);
  for (const { level, message } of reading.issues) if (level === "warning") parts.warn(message);
  if (reading.format !== "cards") return reading;
  const fromApi = await readApi(source, parts);
  if (!fromApi)
    parts.warn(
      "the letter is titles only: the cards hold no abstracts, and the API is not allowed to help (api: true)",
    );
  return fromApi ? fillAbstracts(reading, fromApi) : reading;
}

async function readPage(page: Page, source: Source, parts: Parts): Promise<Reading> {
  try {
    const { parsePage } = await import("../parse/page.js");
    return parsePage(page, parseOptions(source, parts));
  } catch (error) {
    if (!(error instanceof PaperboyError) || error.code !== "layout-changed") throw error;
    const kept = await parts.keepPage(page);
    const fromApi = await readApi(source, parts);
    if (!fromApi) throw unreadable(error, kept);
    parts.warn(`${error.message}; the site's API served instead${kept ? `; the page is kept as ${kept}` : ""}`);
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

function parseOptions({ kind, period }: Source, { site, clock }: Parts) {
  return { site, now: clock(), kind, period };
}

/** Enough for the fullest month; an API that ignores `p` ends the loop by bringing nothing new. */
const MOST_API_PAGES = 20;

async function readApi(source: Source, parts: Parts): Promise<Reading | null> {
  if (!parts.useApi || source.apiUrl === null) return null;
  const { parsePage } = await import("../parse/page.js");
  const options = parseOptions(source, parts);
  let all: Reading | null = null;
  for (let number = 0; number < MOST_API_PAGES; number += 1) {
    const page = await parts.fetch({ type: "url", url: `${source.apiUrl}&p=${number}` });
    const next = parsePage(page, options);
    const papers = joined(all?.papers ?? [], next.papers);
    if (papers.length === all?.papers.length) break;
    all = { ...(all ?? next), papers };
  }
  return all;
}

function joined(known: readonly Paper[], more: readonly Paper[]): readonly Paper[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...more.filter(({ id }) => !ids.has(id))];
}
