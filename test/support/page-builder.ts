import { dailyCard, searchCard } from "./page-card.js";
import { card2024, list2024 } from "./page-2024.js";
import { listData, paperData } from "./page-data.js";
import { frame, frame2024, subscribeBanner } from "./page-head.js";
import { escapeAttribute, hydrater } from "./page-html.js";
import { listSection } from "./page-list.js";
import { paperMain } from "./page-paper.js";
import { trendingCard } from "./page-trending.js";
import type { Entry } from "./papers.js";

/** The page to write. Dates have the form of the kind: `2026-10-02`, `2026-W40`, `2026-10`. */
export interface PageSpec {
  readonly kind: "day" | "day-2024" | "week" | "month" | "trending" | "search" | "paper";
  readonly date?: string;
  /** In the order of the page. The page of a paper shows only the first. */
  readonly entries: readonly Entry[];
  /** Absent or null if nothing newer exists yet. */
  readonly nextDate?: string | null;
  readonly prevDate?: string;
  /** The words of a search. */
  readonly query?: string;
  /** The entries of `dailyPapers` on the page of a search, which has its results elsewhere; none by default. */
  readonly listing?: readonly Entry[];
  /** The URL of the site, without a trailing slash. */
  readonly site?: string;
  /** False omits the attribute `data-props`. */
  readonly withData?: boolean;
  /** False omits every card. */
  readonly withCards?: boolean;
  /** Changes the data (before it is escaped) or the finished page. */
  readonly mangle?: { readonly data?: (json: string) => string; readonly html?: (html: string) => string };
}

const TITLES = { trending: "Trending Papers - Hugging Face", list: "Daily Papers - Hugging Face" };

const CARDS = {
  day: dailyCard,
  "day-2024": card2024,
  week: dailyCard,
  month: dailyCard,
  trending: trendingCard,
  search: searchCard,
} as const;

/** Returns the path and query of a list page. The newest day and the form of 2024 have `/papers` (docs/pages.md). */
function pathOf(spec: PageSpec): string {
  if (spec.kind === "trending") return "/papers/trending";
  if (spec.kind === "search") return `/papers?q=${encodeURIComponent(spec.query ?? "")}`;
  if (spec.kind === "day-2024" || !spec.date) return "/papers";
  return `/papers/${spec.kind === "day" ? "date" : spec.kind}/${spec.date}`;
}

function dataOf(spec: PageSpec): string | null {
  if (spec.withData === false) return null;
  const json = spec.kind === "paper" ? paperData(spec) : listData(spec);
  return spec.mangle?.data?.(json) ?? json;
}

function listPage(spec: PageSpec, kind: keyof typeof CARDS): string {
  const cards = spec.withCards === false ? "" : spec.entries.map((entry) => CARDS[kind](entry, spec.query)).join("");
  const parts = {
    site: spec.site ?? "https://huggingface.co",
    path: pathOf(spec),
    title: kind === "trending" ? TITLES.trending : TITLES.list,
    bodyClass: "DailyPapersPage",
  };
  if (kind === "day-2024") return frame2024(parts, hydrater("DailyPapers", dataOf(spec), list2024(spec, cards)));
  return frame(parts, `${subscribeBanner()} ${hydrater("DailyPapers", dataOf(spec), listSection(spec, cards))}<!---->`);
}

function paperPage(spec: PageSpec): string {
  const [entry] = spec.entries;
  if (!entry) throw new Error("a paper's own page needs an entry");
  const parts = {
    site: spec.site ?? "https://huggingface.co",
    path: `/papers/${entry.paper.id}`,
    title: `Paper page - ${entry.paper.title}`,
    bodyClass: "PaperPage",
  };
  const canonical = `<link rel="canonical" href="${escapeAttribute(parts.site + parts.path)}" />\n\t\t<title>`;
  return frame(parts, paperMain(entry, dataOf(spec), spec.withCards !== false)).replace("<title>", () => canonical);
}

/** Returns a page in the form of the real one, with the given papers. */
export function buildPage(spec: PageSpec): string {
  const html = spec.kind === "paper" ? paperPage(spec) : listPage(spec, spec.kind);
  return spec.mangle?.html?.(html) ?? html;
}

/** Returns the API's response for the same papers: only the list, without the keys of a visitor. */
export function buildApi(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map(({ upvoted: _upvoted, ...entry }) => entry));
}
