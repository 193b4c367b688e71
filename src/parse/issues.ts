import { PaperboyError } from "../core/errors.js";
import type { ParseIssue, PageKind, Paper, PageFormat, Skipped } from "../core/model.js";
import { FIELDS } from "./fields.js";
import type { FieldName } from "./fields.js";
import { isEmpty } from "./paper.js";
import { FEWEST_FOR_A_WARNING, MOST_SKIPPED, THRESHOLDS } from "./thresholds.js";
import type { Threshold } from "./thresholds.js";

/** A reading's papers, as the checks look at them. */
interface Sample {
  readonly format: PageFormat;
  readonly kind: PageKind;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  /** How often the value of a field had the wrong type. */
  readonly wrong: ReadonlyMap<FieldName, number>;
}

/** The reason of an entry whose id came before. */
export const DUPLICATE = "duplicate";

/** A finding that concerns the page as a whole. */
export function pageIssue(
  level: ParseIssue["level"],
  check: string,
  parts: Pick<ParseIssue, "field" | "message">,
): ParseIssue {
  return { level, check, ...parts, count: 1, of: 1 };
}

/** Holds a reading against the table of thresholds. An `error` says that it must not serve. */
export function checkReading(sample: Sample): readonly ParseIssue[] {
  return [...checkSkipped(sample), ...checkTypes(sample), ...THRESHOLDS.flatMap((row) => checkMissing(row, sample))];
}

/** The error that a page ends in when no reading of it may serve: every failed check, with its counts. */
export function layoutChanged(issues: readonly ParseIssue[]): PaperboyError {
  const failed = issues.filter(({ level }) => level === "error").map(({ message }) => message);
  return new PaperboyError("layout-changed", {
    message: `the page is not what Paperboy knows: ${failed.join("; ")}`,
    hint: "Open the page in a browser: if it shows the papers there, please report it.",
  });
}

/** The same findings about a reading that another one stands in for. */
export function asWarnings(issues: readonly ParseIssue[]): readonly ParseIssue[] {
  return issues.map((one) => ({ ...one, level: "warning" }));
}

function checkSkipped({ format, kind, papers, skipped }: Sample): readonly ParseIssue[] {
  // A trending page may hold a card twice (docs/pages.md).
  const lost = skipped.filter(({ reason }) => kind !== "trending" || reason !== DUPLICATE);
  const of = papers.length + lost.length;
  if (lost.length === 0) return [];
  const reasons = [...new Set(lost.map(({ reason }) => reason))].slice(0, 3).join(", ");
  return [
    {
      level: isMore(lost.length, { of, most: MOST_SKIPPED }) ? "error" : "warning",
      check: "skipped",
      field: format === "cards" ? "article" : "entry",
      message: `${format}: ${lost.length} of ${of} entries could not be read (${reasons})`,
      count: lost.length,
      of,
    },
  ];
}

function checkTypes({ format, papers, wrong }: Sample): readonly ParseIssue[] {
  return [...wrong].map(([field, count]) => ({
    level: "warning",
    check: "wrong-type",
    field,
    message: `${format}: ${whereIs(field, format)} has the wrong type in ${count} of ${papers.length} papers`,
    count,
    of: papers.length,
  }));
}

function checkMissing(row: Threshold, { format, kind, papers }: Sample): readonly ParseIssue[] {
  if (!row.formats.includes(format) || row.except?.includes(kind)) return [];
  const { field, level, most, since } = row;
  const isOptional = level === "warning";
  if (isOptional && (papers.length < FEWEST_FOR_A_WARNING || kind === "trending" || kind === "search")) return [];
  if (since !== undefined && newest(papers) < since) return [];
  const missing = papers.filter((paper) => isEmpty(paper[field])).length;
  if (missing === 0) return [];
  const isAlarm = isMore(missing, { of: papers.length, most });
  if (isOptional && !isAlarm) return [];
  return [
    {
      level: isAlarm ? level : "warning",
      check: "missing",
      field,
      message: `${format}: ${whereIs(field, format)} is missing in ${missing} of ${papers.length} papers`,
      count: missing,
      of: papers.length,
    },
  ];
}

function isMore(count: number, { of, most }: { readonly of: number; readonly most: number }): boolean {
  return count === of || count > Math.max(1, of * most);
}

/** A field with its first path or selector, for whoever mends the format. */
function whereIs(field: FieldName, format: PageFormat): string {
  const place = format === "cards" ? FIELDS[field].card?.at[0] : FIELDS[field].data[0];
  return place === undefined || place === field ? field : `${field} (${place})`;
}

function newest(papers: readonly Paper[]): string {
  return papers.reduce((latest, { publishedAt }) => (publishedAt && publishedAt > latest ? publishedAt : latest), "");
}
