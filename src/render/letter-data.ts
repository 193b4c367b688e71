import type { Kept, Digest, RevisitPaper } from "../core/model.js";
import { extentOf, NO_CUT } from "./budget.js";
import type { Cut } from "./budget.js";
import { chromeData, likesPage, countOf } from "./chrome.js";
import type { LetterChrome, LetterParts } from "./chrome.js";
import { clip } from "./clip.js";
import { href } from "./href.js";
import { paperData, MAX_LENGTHS } from "./paper-data.js";
import type { Extent, PaperData } from "./paper-data.js";
import { dateLabel, periodName } from "./period.js";
import { groupByTheme, themeOf } from "./themes.js";
import type { ThemeId } from "./themes.js";
import type { Words } from "./words.js";

/** The data of letter templates. Absent values are null, false or an empty list, never undefined. */
export interface LetterData extends LetterChrome {
  /** What the edition is about and how long the letter takes to read, in a sentence or two. */
  readonly overview: string;
  /** The papers at the top. */
  readonly leads: readonly PaperData[];
  /** Whether `papers` are grouped by day. */
  readonly byDay: boolean;
  /** Papers with a summary. */
  readonly papers: readonly PaperData[];
  /** Papers in one line, grouped by theme; the heading of papers without a theme, or of a letter with one group only, is null. */
  readonly brief: readonly { readonly heading: string | null; readonly papers: readonly PaperData[] }[];
  /** The papers that the limit or the size budget dropped, and where to read them. */
  readonly left: { readonly note: string; readonly url: string | null } | null;
  /** Papers of earlier editions that have since gained many votes; null if there are none or the view has no revisit. */
  readonly revisit: RevisitData | null;
  /** The text that inboxes show after the subject. Empty while the preheader itself is rendered. */
  readonly preheader: string;
}

/**
 * Returns a function that builds the template data of a digest for a cut. Data that no cut changes is built once.
 */
export function letterWriter({ digest, branding, words }: LetterParts): (cut?: Cut) => LetterData {
  const { kept, view, dropped } = digest;
  const themes = kept.map(({ paper }) => themeOf(paper));
  const contents = contentsOf(digest, themes, words);
  const chrome = chromeData({ digest, branding, words });
  const likesUrl = likesPage(branding.preferencesUrl);
  const made: Readonly<Record<Extent, Entry[]>> = { whole: [], shortened: [], title: [] };
  const entryOf = (kept: Kept, index: number, extent: Extent): Entry => {
    const data = paperData(kept, { view, words, extent, likesUrl });
    const form = extent === "title" ? "line" : kept.form;
    return { data, form, day: kept.paper.featuredOn, theme: themes[index] ?? null, length: wordsIn(data) };
  };
  const byDay = (digest.edition.days?.length ?? 0) > 1;
  const overLimit = dropped.filter(({ reasons }) => reasons.some(({ rule }) => rule === "over-limit")).length;
  return (cut = NO_CUT) => {
    const remaining = kept.slice(0, kept.length - cut.left);
    const entries = remaining.map((kept, index) => {
      const extent = extentOf(remaining.length - index, cut);
      return (made[extent][index] ??= entryOf(kept, index, extent));
    });
    const inForm = (wanted: Kept["form"]) => entries.filter(({ form }) => form === wanted);
    const left = cut.left + overLimit;
    return {
      ...chrome,
      overview: `${contents}. ${minutesOf(entries, words)}`,
      leads: inForm("lead").map(({ data }) => data),
      byDay,
      papers: byDay ? withDays(inForm("full"), words) : inForm("full").map(({ data }) => data),
      brief: byTheme(inForm("line"), words),
      left: left > 0 ? { note: words.say("left", { count: left }), url: chrome.archiveUrl ?? chrome.sourceUrl } : null,
      revisit: revisitData(digest, words, cut.revisit),
      preheader: "",
    };
  };
}

interface Entry extends Pick<Kept, "form"> {
  readonly data: PaperData;
  readonly day: string | null;
  readonly theme: ThemeId | null;
  /** The number of words of its texts. */
  readonly length: number;
}

/** Sets the day on the first paper of each day. */
function withDays(entries: readonly Entry[], words: Words): PaperData[] {
  return entries.map(({ day, data }, index) =>
    day === null || day === entries[index - 1]?.day ? data : { ...data, day: dateLabel(day, words) },
  );
}

/** Groups papers by theme. Papers whose theme no other one shares come last. */
function byTheme(entries: readonly Entry[], words: Words): LetterData["brief"] {
  const { groups, others } = groupByTheme(entries);
  const papersOf = (entries: readonly Entry[]) => entries.map(({ data }) => data);
  const themed = groups.map(({ theme, entries }) => ({
    heading: headingOf(`theme.${theme}`, words),
    papers: papersOf(entries),
  }));
  if (others.length === 0) return themed;
  return [...themed, { heading: themed.length > 0 ? headingOf("theme.other", words) : null, papers: papersOf(others) }];
}

function headingOf(key: string, words: Words): string {
  const name = words.say(key);
  return name.charAt(0).toLocaleUpperCase(words.language) + name.slice(1);
}

/** Silent reading of English non-fiction, in words per minute (Brysbaert, Journal of Memory and Language 109, 2019). */
const WORDS_PER_MINUTE = 238;

/** A theme with fewer papers is not named in the overview. */
const COMMON = 3;

/** Returns `33 papers, 18 with code, most often about agents (9) and video (6)`. */
function contentsOf(digest: Digest, themes: readonly (ThemeId | null)[], words: Words): string {
  const withCode = digest.kept.filter(({ paper }) => paper.codeUrl !== null).length;
  const code = withCode > 0 ? words.say("withCode", { count: withCode }) : null;
  return [countOf(digest, words), code, commonThemes(themes, words)].filter(Boolean).join(", ");
}

/** Names the two themes that most papers share; null when none is common. */
function commonThemes(themes: readonly (ThemeId | null)[], words: Words): string | null {
  const { groups } = groupByTheme(themes.map((theme) => ({ theme })));
  const common = groups.filter(({ entries }) => entries.length >= COMMON);
  const [first, second] = common.map(
    ({ theme, entries }) => `${words.say(`theme.${theme}`)} (${words.number(entries.length)})`,
  );
  if (first === undefined) return null;
  return second === undefined ? words.say("themes.one", { first }) : words.say("themes.two", { first, second });
}

/** Counts the words of a paper's texts in a letter. */
function wordsIn({ title, summary, abstract }: PaperData): number {
  return [title, summary, abstract].filter(Boolean).join(" ").match(WORD)?.length ?? 0;
}

/** A word; of Chinese and Japanese, which have no spaces, two characters. */
const WORD =
  /[\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}|[^\s\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** Returns `About 4 minutes to read.` */
function minutesOf(entries: readonly { readonly length: number }[], words: Words): string {
  const total = entries.reduce((sum, { length }) => sum + length, 0);
  return words.say("minutes", { count: Math.max(1, Math.round(total / WORDS_PER_MINUTE)) });
}

/** A paper of the revisit in template data. */
interface RisingData {
  readonly title: string;
  readonly url: string | null;
  /** `From 12 to 61 votes since 2 March 2026`. */
  readonly rise: string;
  readonly summary: string | null;
}

/** The revisit section in template data. */
interface RevisitData {
  readonly heading: string;
  readonly note: string;
  readonly papers: readonly RisingData[];
}

/**
 * Returns the revisit of a digest; null if it has none.
 * @param left the number of papers that the size budget drops, from the last one up.
 */
function revisitData({ revisit }: Digest, words: Words, left: number): RevisitData | null {
  const kept = revisit?.kept ?? [];
  const shown = kept.slice(0, Math.max(kept.length - left, 0));
  if (shown.length === 0) return null;
  return {
    heading: words.say("revisit.heading"),
    note: words.say("revisit.note"),
    papers: shown.map((looked) => risingData(looked, words)),
  };
}

function risingData({ paper, since, before, now }: RevisitPaper, words: Words): RisingData {
  return {
    title: clip(paper.title, MAX_LENGTHS.title),
    url: href(paper.url),
    rise: words.say("revisit.rise", { before, now, since: periodName(since, words) }),
    summary: paper.summary ? clip(paper.summary, MAX_LENGTHS.summary) : null,
  };
}
