import { failedAttempt, parseEntries } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import { FIELDS } from "./fields.js";
import { dataHeader } from "./header.js";
import type { Header, HeaderHints } from "./header.js";
import type { Hydration } from "./hydration.js";
import { pageIssue } from "./issues.js";
import { valueAt } from "../core/json.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";

/** Parses the hydration data of a page. */
export function parseData(found: Hydration, hints: HeaderHints, site: string): ParseAttempt {
  const header = headerOf(found, hints);
  const problem = problemOf(found, header);
  if (problem !== null || found.type === "broken") {
    return failedAttempt(
      "data",
      header,
      pageIssue("error", "data", { field: "data-props", message: `data: ${problem}` }),
    );
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
