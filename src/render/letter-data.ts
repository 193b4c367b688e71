import type { Kept } from "../core/model.js";
import type { Cut } from "./cut.js";
import { extentOf } from "./cut.js";
import type { LetterChrome, LetterParts } from "./chrome.js";
import { chromeData, FRONT_PAGE } from "./chrome.js";
import type { Extent, PaperData } from "./paper-data.js";
import { paperData } from "./paper-data.js";
import { dayLabel } from "./period.js";
import { revisitData } from "./revisit-data.js";
import type { RevisitData } from "./revisit-data.js";
import type { Words } from "./words.js";

/** The data of letter templates. Absent values are null, false or an empty list, never undefined. */
export interface LetterData extends LetterChrome {
  /** The first three papers. */
  readonly leading: readonly PaperData[];
  /** The other papers of the contents list; empty if there are only a few. */
  readonly also: readonly PaperData[];
  /** Whether papers are grouped by day. */
  readonly byDay: boolean;
  /** Papers in full. */
  readonly papers: readonly PaperData[];
  /** Papers in one line. */
  readonly brief: readonly PaperData[];
  /** `and 46 more in brief`, for the contents list. */
  readonly briefNote: string | null;
  /** The papers that the size budget dropped, and where to read them. */
  readonly left: { readonly note: string; readonly url: string | null } | null;
  /** Papers of earlier editions that have since gained many votes; null if there are none or the view has no revisit. */
  readonly revisit: RevisitData | null;
  /** The text that inboxes show after the subject. Empty while the preheader itself is rendered. */
  readonly preheader: string;
}

/** A letter with at most this many papers has no contents list. */
const FEW = 4;

/**
 * Returns a function that builds the template data of a digest for a cut. Data that no cut changes is built once.
 */
export function letterWriter({ digest, branding, words }: LetterParts): (cut: Cut) => LetterData {
  const { kept, view } = digest;
  const chrome = chromeData({ digest, branding, words });
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
  const byDay = (digest.edition.days?.length ?? 0) > 1;
  const headed = (entries: readonly Entry[]): PaperData[] =>
    byDay ? withDays(entries, words) : entries.map(({ data }) => data);
  return (cut) => {
    const entries = kept.slice(0, kept.length - cut.left).map((entry, index) => {
      const extent = extentOf(kept.length - index, cut);
      return {
        inFull: entry.form === "full" && extent !== "title",
        data: dataOf(entry, extent),
        day: entry.paper.featuredOn,
      };
    });
    const papers = headed(entries.filter(({ inFull }) => inFull));
    const brief = headed(entries.filter(({ inFull }) => !inFull));
    return {
      ...chrome,
      leading: entries.length > 1 ? entries.slice(0, FRONT_PAGE).map(({ data }) => data) : [],
      also: papers.length > FEW ? papers.slice(FRONT_PAGE) : [],
      byDay,
      papers,
      brief,
      briefNote:
        papers.length > 0 && brief.length > 0 ? words.say("inBrief", { count: brief.length + cut.left }) : null,
      left:
        cut.left > 0
          ? { note: words.say("left", { count: cut.left }), url: chrome.archiveUrl ?? chrome.sourceUrl }
          : null,
      revisit: revisitData(digest, words, cut.revisit),
      preheader: "",
    };
  };
}

interface Entry {
  readonly data: PaperData;
  readonly day: string | null;
}

/** Sets the day on the first paper of each day. */
function withDays(entries: readonly Entry[], words: Words): PaperData[] {
  return entries.map(({ data, day }, index) =>
    day === null || day === entries[index - 1]?.day ? data : { ...data, day: dayLabel(day, words) },
  );
}
