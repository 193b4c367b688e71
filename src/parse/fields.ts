import type { PageKind, Paper } from "../core/model.js";
import {
  cleanAuthors,
  cleanCount,
  cleanDay,
  cleanId,
  cleanInstant,
  cleanKeywords,
  cleanMedia,
  cleanOrganization,
  cleanPicture,
  cleanSubmitter,
  cleanUrl,
  textUpTo,
} from "./clean.js";
import type { Cleaner } from "./clean.js";
import { LIMITS } from "./limits.js";
import { idInPath, renderedCount, slugInPath, submitterName } from "./rendered.js";

/** What a page says of a paper; the other keys of a paper are made from its id, or are the same words as written. */
export type FieldName = Exclude<keyof Paper, "url" | "arxivUrl" | "pdfUrl" | "raw">;

/** The fields as they are read: id and title may be missing, and then there is no paper. */
export type FieldValues = {
  readonly [Name in FieldName]: Name extends "id" | "title" ? string | null : Paper[Name];
};

/** A card of a page: one `article`, asked by selector. */
export interface Card {
  readonly kind: PageKind;
  /** The text of the first element that a selector finds, or one of its attributes; null where there is none. */
  readonly find: (selector: string, attribute?: "href" | "src") => string | null;
}

/** Where a card shows a field. */
interface CardPlace {
  /** Selectors below the card, tried in this order. */
  readonly at: readonly string[];
  /** The attribute that holds the value; the element's text where absent. */
  readonly take?: "href" | "src";
  /** Makes of what is shown a value in the shape of the data. */
  readonly read?: (shown: string, card: Card) => unknown;
  /** What it means when nothing is shown. */
  readonly absent?: unknown;
  /** The kinds of page whose cards show it; all where absent. */
  readonly on?: readonly PageKind[];
}

/** One field: where it is in the data (paths, tried in order), where on a card, and how it is cleaned. */
export interface Field<Value> {
  readonly data: readonly string[];
  readonly card: CardPlace | null;
  readonly clean: Cleaner<Value>;
  /** The value of what the page does not say. */
  readonly empty: Value;
}

const TITLE_LINK = 'h3 a[href*="/papers/"]';
const PICTURE = ['a[href*="/papers/"] > img', 'a[href*="/papers/"] > div img'];

/** Every field of a paper, once. Keys and selectors: docs/pages.md; the tests hold them to the real pages. */
export const FIELDS: { readonly [Name in FieldName]: Field<FieldValues[Name]> } = {
  id: {
    data: ["paper.id"],
    card: { at: [TITLE_LINK], take: "href", read: idInPath },
    clean: cleanId,
    empty: null,
  },
  title: {
    data: ["title", "paper.title"],
    card: { at: [TITLE_LINK] },
    clean: textUpTo(LIMITS.title),
    empty: null,
  },
  abstract: {
    data: ["paper.summary", "summary"],
    // Inferred: a search shows the abstract as the text of a link.
    card: {
      at: ['a[href*="/papers/"] > p', 'a[href*="/papers/"]:not(h3 a):not([href*="#"]):not(:has(*))'],
      on: ["search"],
    },
    clean: textUpTo(LIMITS.text),
    empty: null,
  },
  // Cards name no authors: they show a number, or the user names of at most five.
  authors: { data: ["paper.authors"], card: null, clean: cleanAuthors, empty: [] },
  upvotes: {
    data: ["paper.upvotes"],
    card: {
      at: [
        'a[href*="/login?next"] .leading-none',
        'a[href*="/login?next"] .text-orange-500',
        '[class="leading-none"]',
        "div.text-orange-500",
      ],
      read: renderedCount,
    },
    clean: cleanCount,
    empty: null,
  },
  comments: {
    data: ["numComments"],
    card: { at: ['a[href$="#community"]'], read: renderedCount, absent: 0, on: ["day", "week", "month", "search"] },
    clean: cleanCount,
    empty: null,
  },
  codeUrl: {
    data: ["paper.githubRepo"],
    card: { at: ['a[href^="https://github.com/"]'], take: "href", on: ["trending"] },
    clean: cleanUrl,
    empty: null,
  },
  stars: {
    data: ["paper.githubStars"],
    card: {
      at: ['a[href*="/papers/"]:not([href*="#"]) > span', 'a[href^="https://github.com/"] > span:nth-of-type(2)'],
      read: renderedCount,
    },
    clean: cleanCount,
    empty: null,
  },
  projectUrl: { data: ["paper.projectPage"], card: null, clean: cleanUrl, empty: null },
  // `submitterOrganization` was its name from 2025-09-29 to 10-02.
  organization: {
    data: ["organization", "paper.organization", "submitterOrganization", "paper.submitterOrganization"],
    card: {
      at: ["a > span.truncate"],
      read: (fullname, card) => ({ fullname, name: slugInPath(card.find("a:has(> span.truncate)", "href")) }),
    },
    clean: cleanOrganization,
    empty: null,
  },
  submittedBy: {
    data: ["submittedBy", "paper.submittedOnDailyBy"],
    card: { at: ["div.pointer-events-none"], read: submitterName },
    clean: cleanSubmitter,
    empty: null,
  },
  // Never the entry's own `publishedAt`: since 2025-03-11 that is New York time with a `Z` (docs/pages.md).
  publishedAt: { data: ["paper.publishedAt"], card: null, clean: cleanInstant, empty: null },
  featuredOn: { data: ["paper.submittedOnDailyAt"], card: null, clean: cleanDay, empty: null },
  thumbnailUrl: {
    data: ["thumbnail", "mediaUrl"],
    card: { at: PICTURE, take: "src" },
    clean: cleanPicture,
    empty: null,
  },
  mediaUrls: {
    data: ["mediaUrls", "paper.mediaUrls", "mediaUrl"],
    card: { at: ['a[href*="/papers/"] video'], take: "src", read: (src) => [src] },
    clean: cleanMedia,
    empty: [],
  },
  summary: {
    data: ["paper.ai_summary"],
    card: { at: ["p.line-clamp-2"], on: ["trending"] },
    clean: textUpTo(LIMITS.text),
    empty: null,
  },
  keywords: { data: ["paper.ai_keywords"], card: null, clean: cleanKeywords, empty: [] },
};
