import type { Digest, RevisitPaper } from "../core/model.js";
import { clip } from "./clip.js";
import { href } from "./href.js";
import { MAX_LENGTHS } from "./paper-data.js";
import { periodName } from "./period.js";
import type { Words } from "./words.js";

/** A paper of the revisit in template data. */
export interface RisingData {
  readonly title: string;
  readonly url: string | null;
  /** `From 12 to 61 votes since 2 March 2026`. */
  readonly rise: string;
  readonly summary: string | null;
}

/** The revisit section in template data. */
export interface RevisitData {
  readonly heading: string;
  readonly note: string;
  readonly papers: readonly RisingData[];
}

/**
 * Returns the revisit of a digest; null if it has none.
 * @param left the number of papers that the size budget drops, from the last one up.
 */
export function revisitData({ revisit }: Digest, words: Words, left: number): RevisitData | null {
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
