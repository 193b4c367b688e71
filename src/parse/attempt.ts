import type { ParseIssue, PageFormat, PageKind, Paper, Reading, Skipped } from "../core/model.js";
import type { FieldName } from "./fields.js";
import { isComplete } from "./header.js";
import type { Header } from "./header.js";
import { checkPapers, DUPLICATE, pageIssue } from "./issues.js";
import { parseEntry } from "./paper.js";
import type { Entry } from "./paper.js";
import { essentialFields } from "./thresholds.js";

/** The result of parsing a page in one format. `isUsable` decides whether it can be used. */
export interface ParseAttempt {
  readonly format: PageFormat;
  readonly header: Header;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  readonly issues: readonly ParseIssue[];
}

interface AttemptParts {
  readonly format: PageFormat;
  readonly header: Header;
  readonly site: string;
  readonly entries: readonly Entry[];
  /** Issues that concern the page, not its entries. */
  readonly issues?: readonly ParseIssue[];
}

/** Parses entries in page order; of two entries with the same id, the first is used. */
export function parseEntries({ format, header, site, entries, issues = [] }: AttemptParts): ParseAttempt {
  const context = { site, day: dayOf(header), essential: essentialFields(format) };
  const papers = new Map<string, Paper>();
  const skipped: Skipped[] = [];
  const wrong = new Map<FieldName, number>();
  for (const [index, entry] of entries.entries()) {
    const parsed = parseEntry(entry, context);
    if (!("paper" in parsed)) {
      skipped.push({ index, ...parsed });
    } else if (papers.has(parsed.paper.id)) {
      skipped.push({ index, id: parsed.paper.id, reason: DUPLICATE });
    } else {
      papers.set(parsed.paper.id, parsed.paper);
      for (const field of parsed.wrong) wrong.set(field, (wrong.get(field) ?? 0) + 1);
    }
  }
  const list = [...papers.values()];
  const found = checkPapers({ format, kind: header.kind, papers: list, skipped, wrong });
  return { format, header, papers: list, skipped, issues: [...issues, ...found] };
}

/** Returns an attempt that failed before any entry was parsed. */
export function failedAttempt(
  format: PageFormat,
  header: Header,
  parts: Pick<ParseIssue, "field" | "message">,
): ParseAttempt {
  return { format, header, papers: [], skipped: [], issues: [pageIssue("error", format, parts)] };
}

/** Whether an attempt has no `error` among its issues. */
export function isUsable({ issues }: ParseAttempt): boolean {
  return issues.every(({ level }) => level !== "error");
}

/** Turns a usable attempt into the reading of the page. */
export function toReading(
  { header, format, papers, skipped, issues }: ParseAttempt,
  { url, generatedAt }: Pick<Reading, "url" | "generatedAt">,
): Reading {
  const { kind, date } = header;
  const complete = isComplete(header, generatedAt);
  return { url, kind, date, complete, generatedAt, format, papers, skipped, issues };
}

function dayOf({ kind, date }: Header): string | null {
  const kinds: readonly PageKind[] = ["day", "api"];
  return kinds.includes(kind) && date !== null && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null;
}
