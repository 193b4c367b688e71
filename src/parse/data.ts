import type { Reading, SourceKind } from "../core/model.js";
import { isComplete } from "./complete.js";
import { failedAttempt, parseEntries } from "./attempt.js";
import type { ParseAttempt } from "./attempt.js";
import { pageIssue } from "./issues.js";
import { FIELDS } from "./fields.js";
import { dataHeader } from "./header.js";
import type { HeaderHints, Header } from "./header.js";
import type { Hydration } from "./hydration.js";
import { valueAt } from "./json.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";

/** What reading a page needs to know beside it. */
export interface ParseOptions {
  /** The site's address, such as `https://huggingface.co`: the base of relative addresses and of the papers' pages. */
  readonly site: string;
  readonly now: Date;
  /** What was asked for: a hint, used only where the page does not say what it is. */
  readonly kind?: SourceKind;
  /** The day, week or month asked for: an API answer does not say. */
  readonly period?: string | null;
}

/** The reading of the data that was found. */
export function readData(found: Hydration, hints: HeaderHints, site: string): ParseAttempt {
  const header = headerOf(found, hints);
  const problem = problemOf(found, header);
  if (problem !== null || found.type === "broken") {
    return failedAttempt(
      "data",
      header,
      pageIssue("error", "data", { field: "data-props", message: `data: ${problem}` }),
    );
  }
  const entries = found.type === "list" ? found.entries : [found.entry];
  const isUndated = header.kind === "day" && header.date === null;
  const undated = pageIssue("warning", "data", { field: "dateString", message: "data: the day is not stated" });
  return parseEntries({
    format: "data",
    header,
    site,
    entries: entries.map(dataEntry),
    issues: isUndated ? [undated] : [],
  });
}

function headerOf(found: Hydration, hints: HeaderHints): Header {
  if (found.type === "paper") return { kind: "paper", date: null, nextDate: null };
  return dataHeader(found.type === "list" ? found.data : {}, hints);
}

/** Why data cannot be read, or null. A list may be empty where the page says whose list it is (docs/pages.md). */
function problemOf(found: Hydration, { kind, date }: Header): string | null {
  if (found.type === "broken") return found.reason;
  if (found.type === "paper") return null;
  if (found.entries.length > LIMITS.entries) return `dailyPapers has ${found.entries.length} entries`;
  return found.entries.length === 0 && date === null && kind !== "search" ? "dailyPapers is empty" : null;
}

/** A draft that serves, as what came of the page. */
export function toReading(
  { header, format, papers, skipped, issues }: ParseAttempt,
  page: { readonly url: string | null; readonly now: Date },
): Reading {
  const { kind, date } = header;
  return { url: page.url, kind, date, complete: isComplete(header, page.now), format, papers, skipped, issues };
}

/** An entry of the data, or of the API's answer. */
export function dataEntry(entry: unknown): Entry {
  return (name) => FIELDS[name].data.map((path) => valueAt(entry, path));
}
