import type { ParseIssue, PageKind, Paper, PageFormat, Skipped } from "../core/model.js";
import { checkReading, DUPLICATE } from "./issues.js";
import type { FieldName } from "./fields.js";
import type { Header } from "./header.js";
import { parseEntry } from "./paper.js";
import type { Entry } from "./paper.js";
import { essentialFields } from "./thresholds.js";

/** One format's reading of a page, before it is known whether it may serve. */
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
  /** What was found about the page around the entries. */
  readonly issues?: readonly ParseIssue[];
}

/** Reads entries in the order of the page; of two with the same id the first counts. */
export function parseEntries({ format, header, site, entries, issues = [] }: AttemptParts): ParseAttempt {
  const context = { site, day: dayOf(header), essential: essentialFields(format) };
  const papers = new Map<string, Paper>();
  const skipped: Skipped[] = [];
  const wrong = new Map<FieldName, number>();
  for (const [index, entry] of entries.entries()) {
    const read = parseEntry(entry, context);
    if (!("paper" in read)) {
      skipped.push({ index, ...read });
    } else if (papers.has(read.paper.id)) {
      skipped.push({ index, id: read.paper.id, reason: DUPLICATE });
    } else {
      papers.set(read.paper.id, read.paper);
      for (const field of read.wrong) wrong.set(field, (wrong.get(field) ?? 0) + 1);
    }
  }
  const list = [...papers.values()];
  const findings = checkReading({ format, kind: header.kind, papers: list, skipped, wrong });
  return { format, header, papers: list, skipped, issues: [...issues, ...findings] };
}

/** A reading that could not even begin. */
export function failedAttempt(format: PageFormat, header: Header, issues: ParseIssue): ParseAttempt {
  return { format, header, papers: [], skipped: [], issues: [issues] };
}

/** Whether a reading may serve. */
export function isUsable({ issues }: ParseAttempt): boolean {
  return issues.every(({ level }) => level !== "error");
}

function dayOf({ kind, date }: Header): string | null {
  const kinds: readonly PageKind[] = ["day", "api"];
  return kinds.includes(kind) && date !== null && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null;
}
