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
  cleanImage,
  cleanSubmitter,
  cleanUrl,
  textUpTo,
} from "./clean.js";
import type { Cleaner } from "./clean.js";
import { LIMITS } from "./limits.js";
import { CARD_DATE, idInPath, renderedCount, renderedDay, slugInPath, submitterName } from "./rendered.js";

/** The fields that are read from a page. The other keys of a paper derive from its id or repeat the source text. */
export type FieldName = Exclude<keyof Paper, "url" | "arxivUrl" | "pdfUrl" | "raw" | "enriched">;

/** The values of the fields. An entry without an id or a title is skipped, so these two can be null here. */
export type FieldValues = {
  readonly [Name in FieldName]: Name extends "id" | "title" ? string | null : Paper[Name];
};

/** A card of a page: one `article`. */
export interface Card {
  readonly kind: PageKind;
  /** When the page was generated: a date without a year is of the twelve months before. */
  readonly readAt: Date;
  /** Returns the text, or an attribute, of the first element that matches; null without a match. */
  readonly find: (selector: string, options?: Pick<CardSource, "attribute" | "shape">) => string | null;
}

/** The position of a field on a card. */
interface CardSource {
  /** Selectors within the card, tried in this order. */
  readonly at: readonly string[];
  /** The attribute that holds the value; by default the text of the element. */
  readonly attribute?: "href" | "src";
  /** What the text of the element looks like. */
  readonly shape?: RegExp;
  /** Converts the rendered value to the type of the site data. */
  readonly convert?: (rendered: string, card: Card) => unknown;
  /** The value if no selector matches. */
  readonly absent?: unknown;
  /** The kinds of page whose cards render the field; by default all. */
  readonly kinds?: readonly PageKind[];
}

/** One field: its paths in the data (tried in order), its place on a card, and its cleaner. */
export interface Field<Value> {
  readonly data: readonly string[];
  readonly card: CardSource | null;
  readonly clean: Cleaner<Value>;
  /** The value if the page does not have the field. */
  readonly empty: Value;
}

const TITLE_LINK = 'h3 a[href*="/papers/"]';
const PAPER_LINK = 'a[href*="/papers/"]:not(h3 a):not([href*="#"])';
const IMAGE = ['a[href*="/papers/"] > img', 'a[href*="/papers/"] > div img'];

/** Every field of a paper. docs/pages.md lists the keys and selectors; tests check them against real pages. */
export const FIELDS: { readonly [Name in FieldName]: Field<FieldValues[Name]> } = {
  id: {
    data: ["paper.id"],
    card: { at: [TITLE_LINK], attribute: "href", convert: idInPath },
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
    // A search renders the abstract as the text of a link, with the words of the query highlighted (docs/pages.md).
    card: {
      at: ['a[href*="/papers/"] > p', `${PAPER_LINK}:not(:has(img, svg, video, ul, div))`],
      shape: /.{40}/s,
      kinds: ["search"],
    },
    clean: textUpTo(LIMITS.text),
    empty: null,
  },
  // Cards render a number of authors, or the user names of at most five, but no author names.
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
      convert: renderedCount,
    },
    clean: cleanCount,
    empty: null,
  },
  comments: {
    data: ["numComments"],
    card: {
      at: ['a[href$="#community"]'],
      convert: renderedCount,
      absent: 0,
      kinds: ["day", "week", "month", "search"],
    },
    clean: cleanCount,
    empty: null,
  },
  codeUrl: {
    data: ["paper.githubRepo"],
    card: { at: ['a[href^="https://github.com/"]'], attribute: "href", kinds: ["trending"] },
    clean: cleanUrl,
    empty: null,
  },
  stars: {
    data: ["paper.githubStars"],
    card: {
      at: ['a[href*="/papers/"]:not([href*="#"]) > span', 'a[href^="https://github.com/"] > span:nth-of-type(2)'],
      convert: renderedCount,
    },
    clean: cleanCount,
    empty: null,
  },
  projectUrl: { data: ["paper.projectPage"], card: null, clean: cleanUrl, empty: null },
  // The key was `submitterOrganization` from 2025-09-29 to 2025-10-02.
  organization: {
    data: ["organization", "paper.organization", "submitterOrganization", "paper.submitterOrganization"],
    card: {
      at: ["a > span.truncate"],
      convert: (fullname, card) => ({
        fullname,
        name: slugInPath(card.find("a:has(> span.truncate)", { attribute: "href" })),
      }),
    },
    clean: cleanOrganization,
    empty: null,
  },
  submittedBy: {
    data: ["submittedBy", "paper.submittedOnDailyBy"],
    card: { at: ["div.pointer-events-none"], convert: submitterName },
    clean: cleanSubmitter,
    empty: null,
  },
  // The `publishedAt` of the entry is not used: since 2025-03-11 it is New York time with a `Z` (docs/pages.md).
  publishedAt: {
    data: ["paper.publishedAt"],
    card: {
      at: ["time", ":not(:has(div, span, p, a, li, time))"],
      shape: CARD_DATE,
      convert: (rendered, { readAt }) => renderedDay(rendered, readAt),
      kinds: ["search", "trending"],
    },
    clean: cleanInstant,
    empty: null,
  },
  featuredOn: { data: ["paper.submittedOnDailyAt"], card: null, clean: cleanDay, empty: null },
  thumbnailUrl: {
    data: ["thumbnail", "mediaUrl"],
    card: { at: IMAGE, attribute: "src" },
    clean: cleanImage,
    empty: null,
  },
  mediaUrls: {
    data: ["mediaUrls", "paper.mediaUrls", "mediaUrl"],
    card: { at: ['a[href*="/papers/"] video'], attribute: "src", convert: (src) => [src] },
    clean: cleanMedia,
    empty: [],
  },
  summary: {
    data: ["paper.ai_summary"],
    card: { at: ["p.line-clamp-2"], kinds: ["trending"] },
    clean: textUpTo(LIMITS.text),
    empty: null,
  },
  keywords: { data: ["paper.ai_keywords"], card: null, clean: cleanKeywords, empty: [] },
};
