import { PaperboyError } from "../core/errors.js";
import type { PageFormat, PageKind, Paper, ParseIssue, Skipped } from "../core/model.js";
import { FIELDS } from "./fields.js";
import type { FieldName } from "./fields.js";
import { isEmpty } from "./paper.js";
import { MIN_PAPERS_FOR_WARNING, MAX_SKIPPED_SHARE, THRESHOLDS } from "./thresholds.js";
import type { Threshold } from "./thresholds.js";

/** The facts about a parse attempt that the checks need. */
interface Sample {
  readonly format: PageFormat;
  readonly kind: PageKind;
  readonly papers: readonly Paper[];
  readonly skipped: readonly Skipped[];
  /** The number of papers with a value of the wrong type, by field. */
  readonly wrong: ReadonlyMap<FieldName, number>;
}

/** The reason for skipping an entry with the id of an earlier one. */
export const DUPLICATE = "duplicate";

/** Returns an issue that concerns the whole page. */
export function pageIssue(
  level: ParseIssue["level"],
  check: string,
  parts: Pick<ParseIssue, "field" | "message">,
): ParseIssue {
  return { level, check, ...parts, count: 1, of: 1 };
}

/** Checks the papers of an attempt against the thresholds. An `error` makes the attempt unusable. */
export function checkPapers(sample: Sample): readonly ParseIssue[] {
  return [...checkSkipped(sample), ...checkTypes(sample), ...THRESHOLDS.flatMap((row) => checkMissing(row, sample))];
}

/** Returns the error for a page without a usable format. The message lists every failed check with its counts. */
export function layoutChanged(issues: readonly ParseIssue[]): PaperboyError {
  const failed = issues.filter(({ level }) => level === "error").map(({ message }) => message);
  return new PaperboyError("layout-changed", {
    message: `Paperboy does not recognise the page: ${failed.join("; ")}`,
    hint: "Open the page in a browser: if it shows the papers there, please report it.",
  });
}

/** Turns the issues of an attempt into warnings, because another attempt replaces it. */
export function asWarnings(issues: readonly ParseIssue[]): readonly ParseIssue[] {
  return issues.map((issue) => ({ ...issue, level: "warning" }));
}

function checkSkipped({ format, kind, papers, skipped }: Sample): readonly ParseIssue[] {
  // A trending page may contain a card twice (docs/pages.md).
  const lost = skipped.filter(({ reason }) => kind !== "trending" || reason !== DUPLICATE);
  const of = papers.length + lost.length;
  if (lost.length === 0) return [];
  const reasons = [...new Set(lost.map(({ reason }) => reason))].slice(0, 3).join(", ");
  return [
    {
      level: exceeds(lost.length, { of, most: MAX_SKIPPED_SHARE }) ? "error" : "warning",
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
    message: `${format}: ${nameWithSource(field, format)} has the wrong type in ${count} of ${papers.length} papers`,
    count,
    of: papers.length,
  }));
}

function checkMissing(row: Threshold, { format, kind, papers }: Sample): readonly ParseIssue[] {
  if (!row.formats.includes(format) || row.except?.includes(kind)) return [];
  const { field, level, most, since } = row;
  const isOptional = level === "warning";
  if (isOptional && (papers.length < MIN_PAPERS_FOR_WARNING || kind === "trending" || kind === "search")) return [];
  if (since !== undefined && newest(papers) < since) return [];
  const missing = papers.filter((paper) => isEmpty(paper[field])).length;
  if (missing === 0) return [];
  const isOver = exceeds(missing, { of: papers.length, most });
  if (isOptional && !isOver) return [];
  return [
    {
      level: isOver ? level : "warning",
      check: "missing",
      field,
      message: `${format}: ${nameWithSource(field, format)} is missing in ${missing} of ${papers.length} papers`,
      count: missing,
      of: papers.length,
    },
  ];
}

/** Whether a share exceeds the limit. A single paper never does, unless it is the only one. */
function exceeds(count: number, { of, most }: { readonly of: number; readonly most: number }): boolean {
  return count === of || count > Math.max(1, of * most);
}

/**
 * Returns a field with its first JSON path or selector, such as `upvotes (paper.upvotes)`, which shows what to change in
 * `FIELDS`.
 */
function nameWithSource(field: FieldName, format: PageFormat): string {
  const source = format === "cards" ? FIELDS[field].card?.at[0] : FIELDS[field].data[0];
  return source === undefined || source === field ? field : `${field} (${source})`;
}

function newest(papers: readonly Paper[]): string {
  return papers.reduce((latest, { publishedAt }) => (publishedAt && publishedAt > latest ? publishedAt : latest), "");
}
