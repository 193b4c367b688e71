import { topicSlug } from "../../send/message/names.js";
import type { ArchiveStore } from "../../store/store.js";
import { allPapers } from "./document.js";
import type { Topic } from "./document.js";

/** Maximum length of a topic, the same as that of a subscriber's topic. */
export const MAX_TOPIC_LENGTH = 60;
/** The number of newest papers whose keywords become topics: about seven weeks. More would keep outdated topics. */
const PAPERS_COUNTED = 2000;
const MAX_TOPICS = 24;
const MIN_PAPERS = 2;

/** Returns the keywords that most papers have, in alphabetical order: at most `MAX_TOPICS`. */
export async function readTopics(archive: Pick<ArchiveStore, "recent">): Promise<readonly Topic[]> {
  const counts = new Map<string, Map<string, number>>();
  let read = 0;
  for await (const { paper } of allPapers(archive)) {
    count(counts, paper.keywords);
    read += 1;
    if (read === PAPERS_COUNTED) break;
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
