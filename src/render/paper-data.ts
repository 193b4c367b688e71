import type { Kept, Paper, View } from "../core/model.js";
import { clip, firstSentences } from "./clip.js";
import { href, pictureHref } from "./href.js";
import { whyChosen } from "./reasons.js";
import type { Words } from "./words.js";

/** A link with its label. */
export interface LinkData {
  readonly label: string;
  readonly url: string;
}

/** A paper in template data: formatted, clipped and validated. Missing values are null. */
export interface PaperData {
  readonly rank: number;
  /** The anchor that the contents list links to. */
  readonly anchor: string;
  readonly title: string;
  /** The title in one line, for the contents list. */
  readonly shortTitle: string;
  readonly url: string | null;
  readonly votes: string | null;
  readonly comments: string | null;
  /** Votes and comments in one line. */
  readonly counts: string | null;
  readonly authors: string | null;
  readonly organization: string | null;
  readonly summary: string | null;
  readonly abstract: string | null;
  readonly keywords: string | null;
  readonly links: readonly LinkData[];
  readonly thumbnail: { readonly url: string; readonly alt: string } | null;
  readonly why: string | null;
  /** The day, on the first paper of each day in a catch-up; otherwise null. */
  readonly day: string | null;
}

/** How much of a paper the size budget keeps. */
export type Extent = "whole" | "shortened" | "title";

/** How to show a paper. */
export interface Showing {
  readonly view: View;
  readonly words: Words;
  readonly extent: Extent;
}

/**
 * The maximum length of each text in characters, against hostile pages. Real texts are shorter: the longest known title has
 * about 200 characters, the longest abstract about 3,000.
 */
export const LONGEST = {
  title: 300,
  shortTitle: 110,
  name: 60,
  organization: 100,
  summary: 500,
  abstract: 4_000,
  keyword: 50,
  alt: 60,
  why: 400,
} as const;
const MOST_AUTHORS = 3;
const MOST_KEYWORDS = 8;

/** Builds the template data of a kept paper. */
export function paperData({ paper, rank, form, reasons }: Kept, { view, words, extent }: Showing): PaperData {
  const full = form === "full" && extent !== "title";
  const votes = paper.upvotes === null ? null : words.say("votes", { count: paper.upvotes });
  const comments = paper.comments === null ? null : words.say("comments", { count: paper.comments });
  const title = clip(paper.title, LONGEST.title);
  const thumbnail = full && view.pictures ? pictureHref(paper.thumbnailUrl) : null;
  return {
    rank,
    anchor: `p${rank}`,
    title,
    shortTitle: clip(paper.title, LONGEST.shortTitle),
    url: href(paper.url),
    votes,
    comments,
    counts: [votes, comments].filter(Boolean).join(" · ") || null,
    authors: full ? authorLine(paper, words) : null,
    organization: full && paper.organization ? clip(paper.organization.name, LONGEST.organization) : null,
    summary: extent === "title" || !paper.summary ? null : clip(paper.summary, LONGEST.summary),
    abstract: full ? abstractOf(paper, view.abstracts, extent) : null,
    keywords: full ? keywordLine(paper) : null,
    links: full ? linksOf(paper, words) : [],
    thumbnail: thumbnail ? { url: thumbnail, alt: words.say("thumbnail", { title: clip(title, LONGEST.alt) }) } : null,
    why: full ? clipOrNull(whyChosen(reasons, words), LONGEST.why) : null,
    day: null,
  };
}

function authorLine({ authors }: Paper, words: Words): string | null {
  const first = authors.slice(0, MOST_AUTHORS).map(({ name }) => clip(name, LONGEST.name));
  const more = authors.length - first.length;
  const names = first.join(", ");
  return more > 0 ? `${names} ${words.say("moreAuthors", { count: more })}` : names || null;
}

function abstractOf({ abstract }: Paper, length: View["abstracts"], extent: Extent): string | null {
  if (!abstract || length === "none") return null;
  return length === "short" || extent === "shortened" ? firstSentences(abstract) : clip(abstract, LONGEST.abstract);
}

function keywordLine({ keywords }: Paper): string | null {
  return (
    keywords
      .filter((word) => word.trim() !== "")
      .slice(0, MOST_KEYWORDS)
      .map((word) => clip(word, LONGEST.keyword))
      .join(", ") || null
  );
}

function linksOf({ pdfUrl, codeUrl, projectUrl, stars }: Paper, words: Words): LinkData[] {
  const code = stars === null ? words.say("link.code") : words.say("codeStars", { count: stars });
  const wanted = [
    { label: words.say("link.pdf"), url: href(pdfUrl) },
    { label: code, url: href(codeUrl) },
    { label: words.say("link.project"), url: href(projectUrl) },
  ];
  return wanted.filter((link): link is LinkData => link.url !== null);
}

function clipOrNull(text: string | null, most: number): string | null {
  return text === null ? null : clip(text, most);
}
