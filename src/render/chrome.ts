import type { Digest, Welcome } from "../core/model.js";
import { clip } from "./clip.js";
import { href } from "./href.js";
import type { Branding } from "./branding.js";
import { palette } from "./branding.js";
import type { LinkData } from "./paper-data.js";
import { closingPeriod, periodLabel, shortPeriod, subjectPeriod } from "./period.js";
import type { Words } from "./words.js";

/** The input of letter data. */
export interface LetterParts {
  readonly digest: Digest;
  readonly branding: Branding;
  readonly words: Words;
}

/** The number of titles that a subject may use. */
const SUBJECT_TITLES = 5;

/** The parts of a letter around its papers. Cuts do not change them. */
export interface LetterChrome {
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  /** The side on which lines start, for clients without `text-align: start`. */
  readonly align: "left" | "right";
  readonly branding: {
    readonly name: string;
    readonly logoUrl: string | null;
    readonly intro: string | null;
    readonly footer: string | null;
    readonly postal: string | null;
    readonly accent: string;
    readonly accentDark: string;
  };
  /** `Monday, 9 March 2026`. */
  readonly period: string;
  /** `12 papers`, or `25 of 71 papers` when the view dropped some. */
  readonly count: string;
  readonly notices: readonly string[];
  readonly sourceUrl: string | null;
  readonly archiveUrl: string | null;
  /** `That is all for Monday, 9 March.` */
  readonly closing: string;
  readonly footerLinks: readonly LinkData[];
  /** Where people to whom the letter was forwarded can subscribe. */
  readonly subscribeUrl: string | null;
  readonly why: string;
  /** `Mon 9 Mar`, for the preheader; null if the edition is not a day. */
  readonly shortPeriod: string | null;
  /** `Week 20` or `May 2026`, for the subject; null for other editions. */
  readonly subjectPeriod: string | null;
  /** `7 with code`; null if none has code. */
  readonly withCode: string | null;
  /** The summary of the leading paper, or else the titles that follow it. */
  readonly gist: string;
  /** The leading titles and the number of papers, for the helper `subjectLine`. */
  readonly titles: readonly string[];
  readonly total: number;
}

/** Builds the data around the papers. */
export function chromeData({ digest, branding, words }: LetterParts): LetterChrome {
  const { edition } = digest;
  return {
    language: words.language,
    dir: words.dir,
    align: words.dir === "rtl" ? "right" : "left",
    branding: brandingData(branding),
    period: periodLabel(edition, words),
    count: countOf(digest, words),
    notices: noticesOf(digest, words),
    sourceUrl: href(edition.url),
    archiveUrl: href(branding.archiveUrl),
    closing: closing(edition, words),
    footerLinks: footerLinks(branding, words),
    subscribeUrl: href(branding.subscribeUrl),
    why: words.say("footer.why", { name: branding.name }),
    shortPeriod: shortPeriod(edition, words),
    subjectPeriod: subjectPeriod(edition, words),
    ...inboxData(digest, words),
  };
}

/** Builds the data of the subject and the preheader. */
function inboxData({ kept }: Digest, words: Words): Pick<LetterChrome, "withCode" | "gist" | "titles" | "total"> {
  const withCode = kept.filter(({ paper }) => paper.codeUrl !== null).length;
  const titles = kept.slice(0, SUBJECT_TITLES).map(({ paper }) => clip(paper.title, 300));
  return {
    withCode: withCode > 0 ? words.say("withCode", { count: withCode }) : null,
    gist: clip(kept[0]?.paper.summary ?? titles.slice(1).join(" · "), 400),
    titles,
    total: kept.length,
  };
}

function closing(edition: Digest["edition"], words: Words): string {
  const period = closingPeriod(edition, words);
  return period === null ? words.say("closing.plain") : words.say("closing", { period });
}

function brandingData({ name, logoUrl, intro, footer, postal, accent }: Branding): LetterChrome["branding"] {
  return { name, logoUrl: href(logoUrl), intro, footer, postal, ...palette(accent) };
}

export function countOf({ edition, kept }: Digest, words: Words): string {
  const total = edition.papers.length;
  return total > kept.length
    ? words.say("papersOf", { count: kept.length, total })
    : words.say("papers", { count: kept.length });
}

function noticesOf({ edition, kept, welcome }: Digest, words: Words): string[] {
  const isWithoutAbstracts =
    edition.format === "cards" && kept.length > 0 && kept.every(({ paper }) => paper.abstract === null);
  return [
    ...(welcome ? [welcomeNotice(welcome, words)] : []),
    ...(isWithoutAbstracts ? [words.say("notice.titlesOnly")] : []),
    ...(edition.early ? [words.say("notice.early")] : []),
    ...(edition.selection === undefined ? [] : [words.say("notice.selection", { count: edition.selection })]),
    ...(kept.length === 0 ? [words.say("none")] : []),
  ];
}

function welcomeNotice({ next }: Welcome, words: Words): string {
  if (next === null) return words.say("notice.welcome.daily");
  return words.say("notice.welcome.next", { date: words.date(new Date(next), "long") });
}

function footerLinks({ preferencesUrl, unsubscribeUrl, archiveUrl }: Branding, words: Words): LinkData[] {
  const wanted = [
    { label: words.say("footer.preferences"), url: placeholderOrHref(preferencesUrl) },
    { label: words.say("footer.likes"), url: likesPage(preferencesUrl) },
    { label: words.say("footer.archive"), url: href(archiveUrl) },
    { label: words.say("footer.unsubscribe"), url: placeholderOrHref(unsubscribeUrl) },
  ];
  return wanted.filter((link): link is LinkData => link.url !== null);
}

/** Returns the page of the papers that a reader likes, below the preferences; null without a site. */
export function likesPage(preferencesUrl: Branding["preferencesUrl"]): string | null {
  const url = placeholderOrHref(preferencesUrl);
  return url === null ? null : `${url}/likes`;
}

/** Keeps a placeholder, which `send` fills for each reader, and the address of the mailbox for leaving; checks any other link. */
function placeholderOrHref(url: string | null | undefined): string | null {
  return url && /^(?:\{link:[a-z]+\}$|mailto:)/.test(url) ? url : href(url ?? null);
}
