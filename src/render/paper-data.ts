import type { Enriched, Kept, Paper, View } from "../core/model.js";
import { paperIdOf } from "../core/interests.js";
import { clip, firstSentences, withoutBackground, contributionSentence } from "./clip.js";
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
  readonly title: string;
  readonly url: string | null;
  /** The language of the title, for `lang`. */
  readonly language: string;
  /** The language of the summary and of the note. */
  readonly summaryLanguage: string;
  readonly abstractLanguage: string;
  /** Null without votes. */
  readonly votes: string | null;
  /** Null for fewer than eight comments. */
  readonly comments: string | null;
  /** Votes and comments in one line. */
  readonly counts: string | null;
  readonly authors: string | null;
  readonly organization: string | null;
  /** The site's summary; without one, the sentence of the abstract that says what the paper does. */
  readonly summary: string | null;
  readonly abstract: string | null;
  /** A text of the operator's program (setting `enrich`). */
  readonly note: string | null;
  /** `Summary by NAME`: who wrote texts that are not the site's. */
  readonly credit: string | null;
  /** The address of the whole text, when the summary or the abstract is shortened. */
  readonly readOn: string | null;
  readonly keywords: string | null;
  readonly links: readonly LinkData[];
  /** The page on which the reader says that they like this paper; null without a site. Opening it changes nothing. */
  readonly likeUrl: string | null;
  readonly picture: { readonly url: string; readonly alt: string } | null;
  readonly why: string | null;
  /** The day, on the first paper of each day in a catch-up; otherwise null. */
  readonly day: string | null;
}

/** How much of a paper the size budget keeps. */
export type Extent = "whole" | "shortened" | "title";

/** How to show a paper. */
export interface DisplayOptions {
  readonly view: View;
  readonly words: Words;
  readonly extent: Extent;
  /** The page of the papers that the reader likes; null or absent without a site. */
  readonly likesUrl?: string | null;
}

/**
 * The maximum length of each text in characters, against hostile pages. Real texts are shorter: the longest known title has
 * about 200 characters, the longest abstract about 3,000.
 */
export const MAX_LENGTHS = {
  title: 300,
  name: 60,
  organization: 100,
  summary: 500,
  gist: 260,
  abstract: 4_000,
  keyword: 50,
  alt: 60,
  why: 400,
} as const;
/** The number of authors in a letter, and the maximum length of each name. */
const LETTER_AUTHORS = { most: 3, length: MAX_LENGTHS.name } as const;
const MOST_KEYWORDS = 8;
/** Fewer comments say nothing about a paper. */
const LEAST_COMMENTS = 8;

/** Builds the template data of a kept paper. */
export function paperData(
  { paper, rank, form, reasons }: Kept,
  { view, words, extent, likesUrl = null }: DisplayOptions,
): PaperData {
  const isLine = form === "line" || extent === "title";
  const votes = paper.upvotes ? words.say("votes", { count: paper.upvotes }) : null;
  const comments =
    (paper.comments ?? 0) >= LEAST_COMMENTS ? words.say("comments", { count: paper.comments ?? 0 }) : null;
  const title = clip(paper.title, MAX_LENGTHS.title);
  const texts = isLine ? NO_TEXTS : textsOf(paper, { view, extent, form });
  const picture = form === "lead" && rank === 1 && !isLine && view.pictures ? pictureOf(paper) : null;
  const url = href(paper.url);
  const isAdded = isLine ? null : paper.enriched;
  return {
    rank,
    title,
    url,
    language: languageOf(title, { paper, of: "title", words }),
    summaryLanguage: languageOf(texts.summary ?? "", { paper, of: "summary", words }),
    abstractLanguage: textLanguage(texts.abstract ?? "", words.language),
    votes,
    comments,
    counts: [votes, comments].filter(Boolean).join(" · ") || null,
    authors: isLine ? null : authorLine(paper, words),
    organization: !isLine && paper.organization ? clip(paper.organization.name, MAX_LENGTHS.organization) : null,
    summary: texts.summary,
    abstract: texts.abstract,
    note: clipOrNull(isAdded?.note ?? null, MAX_LENGTHS.summary),
    credit: isAdded ? creditOf(isAdded, words) : null,
    readOn: [texts.summary, texts.abstract].some((text) => text?.endsWith("…")) || texts.isShortened ? url : null,
    keywords: isLine ? null : keywordLine(paper),
    links: isLine ? [] : linksOf(paper, words),
    likeUrl: isLine || likesUrl === null || paperIdOf(paper.id) === null ? null : `${likesUrl}?paper=${paper.id}`,
    picture: picture ? { url: picture, alt: words.say("picture", { title: clip(title, MAX_LENGTHS.alt) }) } : null,
    why: isLine ? null : clipOrNull(whyChosen(reasons, words), MAX_LENGTHS.why),
    day: null,
  };
}

interface Texts {
  readonly summary: string | null;
  readonly abstract: string | null;
  /** Whether sentences were left out of the abstract. */
  readonly isShortened: boolean;
}

const NO_TEXTS: Texts = { summary: null, abstract: null, isShortened: false };

/**
 * Chooses the texts of a paper. In a view without abstracts, a paper without the site's summary shows what its abstract says that it
 * does: two or three sentences of a leading paper, one of the others.
 */
function textsOf(
  { abstract, summary }: Paper,
  { view: { abstracts }, extent, form }: Pick<DisplayOptions, "view" | "extent"> & Pick<Kept, "form">,
): Texts {
  const written = summary ? clip(summary, MAX_LENGTHS.summary) : null;
  if (!abstract || (abstracts === "none" && written !== null)) return { ...NO_TEXTS, summary: written };
  if (abstracts === "none" && form !== "lead")
    return { ...NO_TEXTS, summary: contributionSentence(abstract, MAX_LENGTHS.gist) };
  const isWhole = abstracts === "full" && extent === "whole";
  const whole = abstracts === "none" ? withoutBackground(abstract) : abstract;
  const shown = isWhole ? clip(whole, MAX_LENGTHS.abstract) : firstSentences(whole);
  return { summary: written, abstract: shown, isShortened: shown.length < abstract.length };
}

/**
 * Returns the language tag of a text from the site: English in Latin script, else that of the letter. Screen readers and hyphenation
 * need it in letters of other languages.
 */
function textLanguage(text: string, language: string): string {
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return latin * 2 > letters ? "en" : language;
}

/** Returns the language of a text: that of the operator's program, if it wrote the text, else that of the site. */
function languageOf(
  text: string,
  { paper, of, words }: { readonly paper: Paper; readonly of: "title" | "summary"; readonly words: Words },
): string {
  const { language = null, original = {}, note } = paper.enriched ?? {};
  const isWritten = of in original || (of === "summary" && text === "" && note !== undefined);
  return isWritten && language !== null ? language : textLanguage(text, words.language);
}

function creditOf({ by, note, original }: Enriched, words: Words): string | null {
  const [hasTitle, hasSummary] = ["title" in original, "summary" in original];
  const name = clip(by, MAX_LENGTHS.name);
  if (hasTitle && hasSummary) return words.say("credit.titleSummary", { name });
  if (hasTitle) return words.say("credit.title", { name });
  if (hasSummary) return words.say("credit.summary", { name });
  return note === undefined ? null : words.say("credit.note", { name });
}

/** Returns the picture of a paper: the site's thumbnail, which is 1200 by 648 pixels, else its first picture. */
function pictureOf({ thumbnailUrl, mediaUrls }: Paper): string | null {
  return (
    pictureHref(thumbnailUrl) ?? pictureHref(mediaUrls.find((url) => /\.(?:png|jpe?g|gif|webp)$/i.test(url)) ?? null)
  );
}

/** Returns the first authors in one line, with the number of the others; null without any. */
export function authorLine(
  { authors }: Paper,
  words: Words,
  { most, length }: { readonly most: number; readonly length: number } = LETTER_AUTHORS,
): string | null {
  const first = authors.slice(0, most).map(({ name }) => clip(name, length));
  const more = authors.length - first.length;
  const names = first.join(", ");
  return more > 0 ? `${names} ${words.say("moreAuthors", { count: more })}` : names || null;
}

function keywordLine({ keywords }: Paper): string | null {
  return (
    keywords
      .filter((word) => word.trim() !== "")
      .slice(0, MOST_KEYWORDS)
      .map((word) => clip(word, MAX_LENGTHS.keyword))
      .join(", ") || null
  );
}

/** Returns the links to the PDF, the code and the project, those that the paper has. */
export function linksOf({ pdfUrl, codeUrl, projectUrl, stars }: Paper, words: Words): LinkData[] {
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
