import type { SourceKind } from "../core/model.js";

/** How a kind of source is known. `seen`: in the bytes of real pages, and held by tests. `inferred`: from parts, or from other readers. */
interface Evidence {
  readonly how: "seen" | "inferred";
  /** The newest day of the evidence. */
  readonly on: string;
  readonly from: string;
}

/** One kind of source on the site. */
export interface SiteKind {
  /** What a source of this kind is called in the addresses below. */
  readonly placeholder: string;
  /** The path of its page. */
  readonly page: (name: string) => string;
  /** The path of the same papers in the site's API; null if there is none. */
  readonly api: ((name: string) => string) | null;
  /** The largest number of papers seen on its page. The site cuts off longer lists. */
  readonly most?: number;
  /** Whether the API has one list, not a series of pages. */
  readonly isOneList?: true;
  /** Whether the API may be used without `api: true`. */
  readonly usesApi?: true;
  readonly evidence: Evidence;
  /** What is not accepted as this source. */
  readonly refused: string;
}

/** Entries per request. The API returns 50 by default (measured: two stored days end at exactly 50) and at most 100. */
const LIMIT = "limit=100";

/** Every kind of source on the site. `--help`, docs/reference/sources.md, `doctor` and `probe` are made from this table. */
export const SITE_KINDS: Readonly<Record<Exclude<SourceKind, "page">, SiteKind>> = {
  day: {
    placeholder: "YYYY-MM-DD",
    page: (day) => `/papers/date/${day}`,
    api: (day) => `/api/daily_papers?date=${day}&${LIMIT}`,
    evidence: { how: "seen", on: "2026-07-02", from: "103 pages, and 558 days of the API" },
    refused: "the page of another day; a copy from before the end of the day",
  },
  week: {
    placeholder: "YYYY-Www",
    page: (week) => `/papers/week/${week}`,
    api: (week) => `/api/daily_papers?week=${week}&${LIMIT}`,
    most: 105,
    evidence: { how: "inferred", on: "2026-10-02", from: "other clients, with 105 papers" },
    refused: "the page of another week or of another kind; a copy from before its end",
  },
  month: {
    placeholder: "YYYY-MM",
    page: (month) => `/papers/month/${month}`,
    api: (month) => `/api/daily_papers?month=${month}&${LIMIT}`,
    most: 105,
    evidence: { how: "inferred", on: "2026-10-02", from: "other clients, with 105 papers" },
    refused: "the page of another month or of another kind; a copy from before its end",
  },
  trending: {
    placeholder: "trending",
    page: () => "/papers/trending",
    api: () => `/api/daily_papers?sort=trending&${LIMIT}`,
    isOneList: true,
    evidence: { how: "inferred", on: "2026-10-07", from: "parts of one page" },
    refused: "a page of another kind",
  },
  search: {
    placeholder: "WORDS",
    page: (words) => `/papers?q=${encodeURIComponent(words)}`,
    api: (words) => `/api/papers/search?q=${encodeURIComponent(words)}`,
    isOneList: true,
    usesApi: true,
    evidence: { how: "inferred", on: "2026-10-02", from: "the text of two searches, and other clients" },
    refused: "a page without a query or with other words; a list in which no paper contains a word of the search",
  },
  paper: {
    placeholder: "ID",
    page: (id) => `/papers/${id}`,
    api: null,
    evidence: { how: "seen", on: "2025-10-02", from: "one page" },
    refused: "a page of another kind",
  },
};

/** Whether the API may serve a kind: as the setting `api` says, or without it as the table does. */
export function mayUseApi(kind: SourceKind, setting: boolean | null): boolean {
  return setting ?? (kind !== "page" && SITE_KINDS[kind].usesApi === true);
}

/** Returns the addresses of a list in the API, one per page of it, in order. */
export function apiAddresses(kind: SourceKind, apiUrl: string): readonly string[] {
  const isOneList = kind !== "page" && SITE_KINDS[kind].isOneList === true;
  return isOneList ? [apiUrl] : Array.from({ length: MAX_API_PAGES }, (_, number) => `${apiUrl}&p=${number}`);
}

/** Enough for the longest month. */
const MAX_API_PAGES = 20;
