import type { PageKind, PageFormat } from "../core/model.js";
import type { FieldName } from "./fields.js";

/** The share of papers that may lack a field before it counts as an issue. */
export interface Threshold {
  readonly field: FieldName;
  readonly formats: readonly PageFormat[];
  /** `error`: the attempt is unusable. `warning`: it is used, and the operator is warned. */
  readonly level: "error" | "warning";
  /** The largest share of papers that may lack the field. If there are two or more papers, one may always lack it. */
  readonly most: number;
  /** The real page with the largest share of papers without the field. A test verifies it. */
  readonly measured: { readonly missing: number; readonly of: number; readonly page: string };
  /** The first day whose pages have the field (docs/pages.md); earlier pages are not checked. */
  readonly since?: string;
  /** Kinds of page without the field. */
  readonly except?: readonly PageKind[];
}

const NONE = "all of them";
const BOTH: readonly PageFormat[] = ["data", "api"];

/**
 * Every threshold, measured over the real pages: the 264 papers and cards of eight daily pages, 77 papers of four API
 * responses, the page of one paper and one trending card.
 *
 * A field that every entry has causes an `error` if more than a tenth of the papers lack it. A field that people may omit, or
 * that the site adds later, causes a `warning` if almost all papers lack it: on one complete real page, 38 of 46 had no summary
 * yet.
 */
export const THRESHOLDS: readonly Threshold[] = [
  { field: "abstract", formats: BOTH, level: "error", most: 0.1, measured: { missing: 0, of: 71, page: NONE } },
  {
    field: "authors",
    formats: BOTH,
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["search"],
  },
  {
    field: "upvotes",
    formats: BOTH,
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["search"],
  },
  {
    field: "comments",
    formats: BOTH,
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["paper", "search"],
  },
  {
    field: "publishedAt",
    formats: BOTH,
    level: "error",
    most: 0.1,
    measured: { missing: 0, of: 71, page: NONE },
    except: ["search"],
  },
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

/** Pages with fewer papers cause no warning for a missing optional field. */
export const MIN_PAPERS_FOR_WARNING = 10;

/**
 * The largest share of entries that may be skipped without an error. If there are two or more, one may always be skipped.
 * Measured: none of 341.
 */
export const MAX_SKIPPED_SHARE = 0.1;

/** Returns the fields that every entry of a format has. If one of them has the wrong type, the entry is skipped. */
export function essentialFields(format: PageFormat): ReadonlySet<FieldName> {
  return new Set(
    THRESHOLDS.filter(({ formats, level }) => level === "error" && formats.includes(format)).map(({ field }) => field),
  );
}
