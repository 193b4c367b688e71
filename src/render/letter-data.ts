import type { Kept } from "../core/model.js";
import type { Cut } from "./cut.js";
import { extentOf } from "./cut.js";
import type { LetterChrome, LetterParts } from "./chrome.js";
import { chromeData, likesPage } from "./chrome.js";
import { contentsOf, minutesOf, wordsIn } from "./overview.js";
import type { Extent, PaperData } from "./paper-data.js";
import { paperData } from "./paper-data.js";
import { dayLabel } from "./period.js";
import { revisitData } from "./revisit-data.js";
import type { RevisitData } from "./revisit-data.js";
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
export function letterWriter({ digest, branding, words }: LetterParts): (cut: Cut) => LetterData {
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
  return (cut) => {
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
    day === null || day === entries[index - 1]?.day ? data : { ...data, day: dayLabel(day, words) },
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
