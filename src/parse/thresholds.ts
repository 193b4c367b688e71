import type { PageKind, PageFormat } from "../core/model.js";
import type { FieldName } from "./fields.js";

/** How often a field may be missing before a page is not what Paperboy knows. */
export interface Threshold {
  readonly field: FieldName;
  readonly formats: readonly PageFormat[];
  /** `error`: the reading is broken. `warning`: it serves, and the operator hears of it. */
  readonly level: "error" | "warning";
  /** The largest share of papers without the field that is let pass; one paper is always let pass where there are two. */
  readonly most: number;
  /** The worst real page: so many papers without it, of so many. The tests count again. */
  readonly measured: { readonly missing: number; readonly of: number; readonly page: string };
  /** The first day from which pages have it (docs/pages.md); earlier ones are not held to it. */
  readonly since?: string;
  /** Kinds of page that do not show it. */
  readonly except?: readonly PageKind[];
}

const NONE = "all of them";
const BOTH: readonly PageFormat[] = ["data", "api"];

/**
 * The table of the drift alarm. Measured over the real pages: 264 papers of eight day pages, their cards, and 77 papers
 * of four API answers; one paper's own page and one trending card beside them.
 *
 * What is on every entry is an `error` above a tenth: no page ever lacked it, and a letter without it would be hollow.
 * What depends on people or on the site's own pace is a `warning`, and only where next to nothing is left of it:
 * 38 of 46 papers had no summary yet on a real page that was otherwise whole.
 */
export const THRESHOLDS: readonly Threshold[] = [
  { field: "abstract", formats: BOTH, level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  { field: "authors", formats: BOTH, level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  { field: "upvotes", formats: BOTH, level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  {
    field: "comments",
    formats: BOTH,
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["paper"],
  },
  { field: "publishedAt", formats: BOTH, level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  { field: "upvotes", formats: ["cards"], level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  {
    field: "comments",
    formats: ["cards"],
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["trending"],
  },
  {
    field: "thumbnailUrl",
    formats: BOTH,
    level: "warning",
    most: 0.25,
    measured: { missing: 0, of: 71, page: NONE },
  },
  {
    field: "featuredOn",
    formats: BOTH,
    level: "warning",
    most: 0.25,
    measured: { missing: 0, of: 71, page: NONE },
    since: "2025-03-17",
  },
  {
    field: "submittedBy",
    formats: BOTH,
    level: "warning",
    most: 0.25,
    measured: { missing: 1, of: 29, page: "daily-2026-03-27.html" },
    since: "2025-03-17",
  },
  {
    field: "summary",
    formats: BOTH,
    level: "warning",
    most: 0.95,
    measured: { missing: 38, of: 46, page: "daily-2026-03-17.html" },
    since: "2025-05-22",
  },
  {
    field: "keywords",
    formats: BOTH,
    level: "warning",
    most: 0.95,
    measured: { missing: 38, of: 46, page: "daily-2026-03-17.html" },
    since: "2025-05-22",
  },
  {
    field: "codeUrl",
    formats: BOTH,
    level: "warning",
    most: 0.95,
    measured: { missing: 10, of: 18, page: "daily-2026-02-23.html" },
    since: "2025-03-17",
  },
  {
    field: "organization",
    formats: BOTH,
    level: "warning",
    most: 0.95,
    measured: { missing: 16, of: 25, page: "daily-2026-03-09-same-day.html" },
    since: "2025-10-03",
  },
];

/** On fewer papers the absence of what is optional says nothing. */
export const FEWEST_FOR_A_WARNING = 10;

/** The share of entries that may be skipped, as for fields; one is always let pass where there are two. Measured: none of 341. */
export const MOST_SKIPPED = 0.1;

/** The fields that a format finds on every entry: a wrong one costs the entry. */
export function essentialFields(format: PageFormat): ReadonlySet<FieldName> {
  return new Set(
    THRESHOLDS.filter(({ formats, level }) => level === "error" && formats.includes(format)).map(({ field }) => field),
  );
}
