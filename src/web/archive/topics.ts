import { topicSlug } from "../../send/message/names.js";
import type { ArchiveStore } from "../../store/store.js";
import { MAX_TOPIC_LENGTH } from "./feed-names.js";

/** A keyword that several papers share. It has a feed. */
export interface Topic {
  /** The most frequent spelling. */
  readonly word: string;
  /** The name of its file; spellings with the same one are the same topic. */
  readonly slug: string;
  readonly papers: number;
}

/** The number of newest papers whose keywords become topics: about seven weeks. More would keep outdated topics. */
const PAPERS_COUNTED = 2000;
/** Papers per store query. */
const BATCH = 100;
const MAX_TOPICS = 24;
const MIN_PAPERS = 2;

/** Returns the keywords that most papers have, in alphabetical order: at most `MAX_TOPICS`. */
export async function readTopics(archive: Pick<ArchiveStore, "recent">): Promise<readonly Topic[]> {
  const counts = new Map<string, Map<string, number>>();
  for (let offset = 0; offset < PAPERS_COUNTED; offset += BATCH) {
    const papers = await archive.recent({ limit: BATCH, offset });
    for (const { paper } of papers) count(counts, paper.keywords);
    if (papers.length < BATCH) break;
  }
  return [...counts]
    .map(([slug, spellings]) => topicOf(slug, spellings))
    .filter(({ papers }) => papers >= MIN_PAPERS)
    .toSorted((a, b) => b.papers - a.papers || byWord(a, b))
    .slice(0, MAX_TOPICS)
    .toSorted(byWord);
}

/** Counts the keywords of one paper, by slug and spelling. */
function count(counts: Map<string, Map<string, number>>, keywords: readonly string[]): void {
  const words = new Map(keywords.map((word) => [topicSlug(word), word.trim()]));
  for (const [slug, word] of words) {
    if (word === "" || word.length > MAX_TOPIC_LENGTH) continue;
    const spellings = counts.get(slug) ?? new Map<string, number>();
    spellings.set(word, (spellings.get(word) ?? 0) + 1);
    counts.set(slug, spellings);
  }
}

function topicOf(slug: string, spellings: ReadonlyMap<string, number>): Topic {
  const sorted = [...spellings].toSorted(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1));
  const papers = sorted.reduce((sum, [, number]) => sum + number, 0);
  return { word: sorted[0]?.[0] ?? slug, slug, papers };
}

function byWord(a: Topic, b: Topic): number {
  return a.word.localeCompare(b.word, "en");
}
