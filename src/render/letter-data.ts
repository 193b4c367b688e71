import type { Digest, Kept, Letter } from "../model.js";
import { clip, SHORT_ABSTRACT } from "./clip.js";
import { href } from "./href.js";
import type { Look } from "./look.js";
import { palette } from "./look.js";
import type { Extent, LinkData, PaperData } from "./paper-data.js";
import { paperData } from "./paper-data.js";
import { periodLabel, shortPeriod } from "./period.js";
import type { Words } from "./words.js";

/** How much the size budget takes away, counted from the last paper up. */
export interface Cut {
  /** Abstracts that are shortened. */
  readonly shortened: number;
  /** Papers of which the title alone stays. */
  readonly titlesOnly: number;
  /** Papers that are left out. */
  readonly left: number;
}

export const NO_CUT: Cut = { shortened: 0, titlesOnly: 0, left: 0 };

/** Everything that templates may use. Nothing is ever undefined: what does not apply is null, false or an empty list. */
export interface LetterData {
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  /** Where lines begin, for clients that do not know `text-align: start`. */
  readonly align: "left" | "right";
  readonly look: {
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
  readonly leadingHeading: string;
  /** The three papers on top, as the front page shows them. */
  readonly leading: readonly PaperData[];
  /** The other papers of the contents list; empty when there are only a few. */
  readonly also: readonly PaperData[];
  /** Papers that stand in full, then those of one line. */
  readonly papers: readonly PaperData[];
  readonly brief: readonly PaperData[];
  /** `and 46 more in brief`, for the contents list. */
  readonly briefNote: string | null;
  /** What the size budget left out, and where it can be read. */
  readonly left: { readonly note: string; readonly url: string | null } | null;
  readonly sourceUrl: string | null;
  readonly archiveUrl: string | null;
  readonly footerLinks: readonly LinkData[];
  readonly why: string;
  /** `Mon 9 Mar`, for the line under the subject; null where the edition is not a day. */
  readonly shortPeriod: string | null;
  /** `7 with code`; null when none has. */
  readonly withCode: string | null;
  /** What the leading paper is about: its summary, else the titles that follow it. */
  readonly gist: string;
  /** The leading titles and the number of papers, for the helper `headline`. */
  readonly titles: readonly string[];
  readonly total: number;
  /** The line under the subject in an inbox; empty while the subject and it are made. */
  readonly preheader: string;
}

/** What letter data is made from. */
export interface LetterParts {
  readonly digest: Digest;
  readonly look: Look;
  readonly words: Words;
}

const FRONT_PAGE = 3;
/** Up to this many papers a list of contents is longer than it is useful. */
const FEW = 4;

/**
 * Makes a digest ready for the templates, with whatever cut the size budget asks for. Pure: the same parts give the same
 * data; what no cut changes is made once.
 */
export function letterWriter({ digest, look, words }: LetterParts): (cut: Cut) => LetterData {
  const { kept, view } = digest;
  const frame = frameData({ digest, look, words });
  const made: Readonly<Record<Extent, Map<Kept, PaperData>>> = {
    whole: new Map(),
    shortened: new Map(),
    title: new Map(),
  };
  const dataOf = (entry: Kept, extent: Extent): PaperData => {
    const data = made[extent].get(entry) ?? paperData(entry, { view, words, extent });
    made[extent].set(entry, data);
    return data;
  };
  return (cut) => {
    const entries = kept.slice(0, kept.length - cut.left).map((entry, index) => {
      const extent = extentOf(kept.length - index, cut);
      return { inFull: entry.form === "full" && extent !== "title", data: dataOf(entry, extent) };
    });
    const papers = entries.filter(({ inFull }) => inFull).map(({ data }) => data);
    const brief = entries.filter(({ inFull }) => !inFull).map(({ data }) => data);
    return {
      ...frame,
      leading: entries.length > 1 ? entries.slice(0, FRONT_PAGE).map(({ data }) => data) : [],
      also: papers.length > FEW ? papers.slice(FRONT_PAGE) : [],
      papers,
      brief,
      briefNote:
        papers.length > 0 && brief.length > 0 ? words.say("inBrief", { count: brief.length + cut.left }) : null,
      left:
        cut.left > 0
          ? { note: words.say("left", { count: cut.left }), url: frame.archiveUrl ?? frame.sourceUrl }
          : null,
      preheader: "",
    };
  };
}

type Frame = Omit<LetterData, "leading" | "also" | "papers" | "brief" | "briefNote" | "left" | "preheader">;

/** All that stands around the papers. */
function frameData({ digest, look, words }: LetterParts): Frame {
  const { edition } = digest;
  return {
    language: words.language,
    dir: words.dir,
    align: words.dir === "rtl" ? "right" : "left",
    look: lookData(look),
    period: periodLabel(edition, words),
    count: countOf(digest, words),
    notices: noticesOf(digest, words),
    leadingHeading: words.say("heading.leading"),
    sourceUrl: href(edition.url),
    archiveUrl: href(look.archiveUrl),
    footerLinks: footerLinks(look, words),
    why: words.say("footer.why", { name: look.name }),
    shortPeriod: shortPeriod(edition, words),
    ...inboxData(digest, words),
  };
}

/** How many papers of a digest a cut really changed: one whose abstract is short anyway lost nothing. */
export function trimmedBy(cut: Cut, { kept }: Digest): Required<Letter>["trimmed"] {
  const shown = kept.slice(0, kept.length - cut.left).map((entry, index) => ({
    ...entry,
    extent: extentOf(kept.length - index, cut),
  }));
  const shortened = shown.filter(
    ({ form, extent, paper }) =>
      form === "full" && extent === "shortened" && (paper.abstract?.length ?? 0) > SHORT_ABSTRACT,
  );
  const titlesOnly = shown.filter(
    ({ form, extent, paper }) => extent === "title" && (form === "full" || paper.summary !== null),
  );
  return { shortened: shortened.length, titlesOnly: titlesOnly.length, left: cut.left };
}

/** `fromEnd`: 1 for the last paper. */
function extentOf(fromEnd: number, { shortened, titlesOnly }: Cut): Extent {
  if (fromEnd <= titlesOnly) return "title";
  return fromEnd <= shortened ? "shortened" : "whole";
}

/** What the subject and the line under it are made from; the size budget does not touch them. */
function inboxData({ kept }: Digest, words: Words): Pick<LetterData, "withCode" | "gist" | "titles" | "total"> {
  const withCode = kept.filter(({ paper }) => paper.codeUrl !== null).length;
  const titles = kept.slice(0, FRONT_PAGE + 2).map(({ paper }) => clip(paper.title, 300));
  return {
    withCode: withCode > 0 ? words.say("withCode", { count: withCode }) : null,
    gist: clip(kept[0]?.paper.summary ?? titles.slice(1).join(" · "), 400),
    titles,
    total: kept.length,
  };
}

function lookData({ name, logoUrl, intro, footer, postal, accent }: Look): LetterData["look"] {
  return { name, logoUrl: href(logoUrl), intro, footer, postal, ...palette(accent) };
}

function countOf({ edition, kept }: Digest, words: Words): string {
  const total = edition.papers.length;
  return total > kept.length
    ? words.say("papersOf", { count: kept.length, total })
    : words.say("papers", { count: kept.length });
}

function noticesOf({ edition, kept }: Digest, words: Words): string[] {
  const hollow = edition.reader === "cards" && kept.length > 0 && kept.every(({ paper }) => paper.abstract === null);
  return [
    ...(hollow ? [words.say("notice.titlesOnly")] : []),
    ...(edition.early ? [words.say("notice.early")] : []),
    ...(kept.length === 0 ? [words.say("none")] : []),
  ];
}

function footerLinks({ preferencesUrl, unsubscribeUrl, archiveUrl }: Look, words: Words): LinkData[] {
  const wanted = [
    { label: words.say("footer.preferences"), url: href(preferencesUrl) },
    { label: words.say("footer.archive"), url: href(archiveUrl) },
    { label: words.say("footer.unsubscribe"), url: href(unsubscribeUrl) },
  ];
  return wanted.filter((link): link is LinkData => link.url !== null);
}
