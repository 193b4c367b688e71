import type { CheerioAPI } from "cheerio/slim";
import { failedAttempt, parseEntries } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import { FIELDS } from "./fields.js";
import { dataHeader } from "./header.js";
import type { Header, HeaderHints } from "./header.js";
import { pageIssue } from "./issues.js";
import { isObject, parseJson, valueAt } from "../core/json.js";
import type { JsonObject } from "../core/json.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";

/** The elements with data, for a list of papers and for one paper with its comments (docs/pages.md). */
const TARGETS = ["DailyPapers", "PaperContent"] as const;

/** The hydration data of a page: the JSON that the server renders for the client code. */
export type Hydration =
  | { readonly type: "list"; readonly data: JsonObject; readonly lists: Lists }
  | { readonly type: "paper"; readonly entry: JsonObject }
  | { readonly type: "broken"; readonly reason: string };

/** The lists of entries in the data, at least one of them; null where there is none. */
export interface Lists {
  /** `dailyPapers`: the listing of a period, also on the page of a search. */
  readonly listing: readonly unknown[] | null;
  /** `searchResults`: the result of a search. */
  readonly results: readonly unknown[] | null;
}

/** Finds the first usable data of a page by its `data-target`. Its position and the order of its attributes do not matter. */
export function findHydration($: CheerioAPI): Hydration {
  const found = TARGETS.flatMap((target) =>
    $(`[data-target="${target}"]`)
      .toArray()
      .map((element) => ({ target, text: $(element).attr("data-props") })),
  );
  const read = found.map(({ target, text }) => readData(target, text));
  const [first = { type: "broken", reason: `no element has data-target ${TARGETS.join(" or ")}` } as const] = read;
  return read.find(({ type }) => type !== "broken") ?? first;
}

/** Whether a page is about one paper, even if its data is broken. Its `article` elements are comments, not cards. */
export function isPaperPage($: CheerioAPI): boolean {
  return $('[data-target="PaperContent"]').length > 0 && $('[data-target="DailyPapers"]').length === 0;
}

/** Reads the data that `sliceData` cut out of a list page. */
export function readList(text: string): Hydration {
  return readData("DailyPapers", text);
}

function readData(target: (typeof TARGETS)[number], text: string | undefined): Hydration {
  if (text === undefined) return { type: "broken", reason: `${target} has no data-props` };
  const data = parseJson(text);
  if (data === undefined) return { type: "broken", reason: `data-props of ${target} is not complete JSON` };
  if (!isObject(data)) return { type: "broken", reason: `data-props of ${target} is not an object` };
  return target === "DailyPapers" ? listOf(data) : paperOf(data);
}

function listOf(data: JsonObject): Hydration {
  const lists = { listing: arrayOrNull(data["dailyPapers"]), results: arrayOrNull(data["searchResults"]) };
  if (lists.listing === null && lists.results === null) return { type: "broken", reason: "dailyPapers is not a list" };
  return { type: "list", data, lists };
}

function arrayOrNull(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** Converts the data of a page about one paper to an entry of a list. */
function paperOf(data: JsonObject): Hydration {
  const { paper, comments, organization, submitterOrganization } = data;
  if (!isObject(paper)) return { type: "broken", reason: "PaperContent has no paper" };
  const numComments = Array.isArray(comments) ? comments.length : undefined;
  return { type: "paper", entry: { paper, numComments, organization, submitterOrganization } };
}

/** Parses the hydration data of a page. */
export function parseData(found: Hydration, hints: HeaderHints, site: string): ParseAttempt {
  const header = headerOf(found, hints);
  const problem = problemOf(found, header);
  if (problem !== null || found.type === "broken") {
    return failedAttempt("data", header, { field: "data-props", message: `data: ${problem}` });
  }
  const { entries } = listIn(found, header);
  const isUndated = header.kind === "day" && header.date === null;
  const undated = pageIssue("warning", "data", { field: "dateString", message: "data: the page has no day" });
  return parseEntries({
    format: "data",
    header,
    site,
    entries: entries.map(dataEntry),
    issues: isUndated ? [undated] : [],
  });
}

/** Returns the values of a JSON entry (of the data or of the API) for each field. */
export function dataEntry(entry: unknown): Entry {
  return (name) => FIELDS[name].data.map((path) => valueAt(entry, path));
}

function headerOf(found: Hydration, hints: HeaderHints): Header {
  if (found.type === "paper") return { kind: "paper", date: null, nextDate: null, query: null };
  return dataHeader(found.type === "list" ? found.data : {}, hints);
}

/**
 * Returns why the data is unusable, or null. An empty list is valid only if it has a period, or for a search (docs/pages.md).
 */
function problemOf(found: Hydration, header: Header): string | null {
  if (found.type === "broken") return found.reason;
  if (found.type === "paper") return null;
  const { kind, date } = header;
  const { name, entries } = listIn(found, header);
  if (kind !== "search" && found.lists.listing === null) return "dailyPapers is not a list";
  if (entries.length > LIMITS.entries) return `${name} has ${entries.length} entries`;
  return entries.length === 0 && date === null && kind !== "search" ? "dailyPapers is empty" : null;
}

interface List {
  /** The key in the data. */
  readonly name: string;
  readonly entries: readonly unknown[];
}

/** Returns the list that the page is about. The result of a search is in `searchResults`, and `dailyPapers` next to it is not. */
function listIn(found: Exclude<Hydration, { readonly type: "broken" }>, { kind }: Pick<Header, "kind">): List {
  if (found.type === "paper") return { name: "paper", entries: [found.entry] };
  const { listing, results } = found.lists;
  if (kind === "search" && results !== null) return { name: "searchResults", entries: results };
  return { name: "dailyPapers", entries: listing ?? [] };
}
