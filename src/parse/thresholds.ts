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

const measured = (missing: number, of: number, page = "all of them"): Threshold["measured"] => ({ missing, of, page });

const EVERYWHERE = { formats: ["data", "api"], measured: measured(0, 71) } as const;
/** A field that every entry has. */
const REQUIRED = { ...EVERYWHERE, level: "error", most: 0.1 } as const;
/** A field that the site adds to almost every entry. */
const USUAL = { ...EVERYWHERE, level: "warning", most: 0.25 } as const;
/** A field that people may omit, or that the site adds later: on one complete real page, 38 of 46 had no summary yet. */
const OPTIONAL = { ...EVERYWHERE, level: "warning", most: 0.95 } as const;
const ON_CARDS = { ...REQUIRED, formats: ["cards"] } as const;

const WITHOUT_SUMMARIES = measured(38, 46, "daily-2026-03-17.html");

/**
 * Every threshold, measured over the real pages: the 264 papers and cards of eight daily pages, 77 papers of four API
 * responses, the page of one paper and one trending card.
 */
export const THRESHOLDS: readonly Threshold[] = [
  { field: "abstract", ...REQUIRED },
  { field: "authors", ...REQUIRED, except: ["search"] },
  { field: "upvotes", ...REQUIRED, except: ["search"] },
  { field: "comments", ...REQUIRED, except: ["paper", "search"] },
  { field: "publishedAt", ...REQUIRED, except: ["search"] },
  { field: "upvotes", ...ON_CARDS },
  { field: "comments", ...ON_CARDS, except: ["trending"] },
  { field: "thumbnailUrl", ...USUAL },
  { field: "featuredOn", ...USUAL, since: "2025-03-17" },
  { field: "submittedBy", ...USUAL, measured: measured(1, 29, "daily-2026-03-27.html"), since: "2025-03-17" },
  { field: "summary", ...OPTIONAL, measured: WITHOUT_SUMMARIES, since: "2025-05-22" },
  { field: "keywords", ...OPTIONAL, measured: WITHOUT_SUMMARIES, since: "2025-05-22" },
  { field: "codeUrl", ...OPTIONAL, measured: measured(10, 18, "daily-2026-02-23.html"), since: "2025-03-17" },
  {
    field: "organization",
    ...OPTIONAL,
    measured: measured(16, 25, "daily-2026-03-09-same-day.html"),
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
