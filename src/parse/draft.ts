import type { Drift, PageKind, Paper, Reader, Skipped } from "../core/model.js";
import { checkReading, DUPLICATE } from "./drift.js";
import type { FieldName } from "./fields.js";
import type { Header } from "./header.js";
import { readEntry } from "./paper.js";
import type { Entry } from "./paper.js";
import { essentialFields } from "./thresholds.js";

/** One reader's reading of a page, before it is known whether it may serve. */
export interface Draft {
  readonly reader: Reader;
  readonly header: Header;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  readonly drift: readonly Drift[];
}

interface DraftParts {
  readonly reader: Reader;
  readonly header: Header;
  readonly site: string;
  readonly entries: readonly Entry[];
  /** What was found about the page around the entries. */
  readonly drift?: readonly Drift[];
}

/** Reads entries in the order of the page; of two with the same id the first counts. */
export function readDraft({ reader, header, site, entries, drift = [] }: DraftParts): Draft {
  const context = { site, day: dayOf(header), essential: essentialFields(reader) };
  const papers = new Map<string, Paper>();
  const skipped: Skipped[] = [];
  const wrong = new Map<FieldName, number>();
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry, context);
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
  const findings = checkReading({ reader, kind: header.kind, papers: list, skipped, wrong });
  return { reader, header, papers: list, skipped, drift: [...drift, ...findings] };
}

/** A reading that could not even begin. */
export function brokenDraft(reader: Reader, header: Header, drift: Drift): Draft {
  return { reader, header, papers: [], skipped: [], drift: [drift] };
}

/** Whether a reading may serve. */
export function isUsable({ drift }: Draft): boolean {
  return drift.every(({ level }) => level !== "error");
}

function dayOf({ kind, date }: Header): string | null {
  const kinds: readonly PageKind[] = ["day", "api"];
  return kinds.includes(kind) && date !== null && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null;
}
