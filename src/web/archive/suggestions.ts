import { fold, words } from "../../core/fold.js";
import { nearest } from "../../core/nearest.js";
import type { ArchiveStore } from "../../store/store.js";

/** The words of titles, keywords and authors, the most frequent first. */
export interface Vocabulary {
  readonly words: readonly string[];
}

/** The papers whose words are suggested. */
const PAPERS_READ = 1_000;
/** Shorter words have too many neighbours. */
const MIN_LENGTH = 3;
const MAX_SUGGESTIONS = 3;
/** The maximum number of words of a search (src/store/archive.ts). */
const MAX_WORDS = 8;

/** Reads the words of the newest papers. */
export async function readVocabulary(archive: ArchiveStore): Promise<Vocabulary> {
  const counts = new Map<string, number>();
  for (const { paper } of await archive.recent({ limit: PAPERS_READ, offset: 0 })) {
    const texts = [paper.title, ...paper.keywords, ...paper.authors.map(({ name }) => name)];
    for (const word of new Set(texts.flatMap((text) => words(fold(text))))) {
      if (word.length >= MIN_LENGTH) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return { words: [...counts].toSorted(([, one], [, other]) => other - one).map(([word]) => word) };
}

/** A search that finds papers. */
interface Suggestion {
  readonly text: string;
  readonly total: number;
}

interface Suggesting {
  readonly archive: ArchiveStore;
  readonly vocabulary: Vocabulary;
}

/**
 * Returns searches that find papers, for one that found none: its words with corrected spelling and without quotation marks, or else
 * its single words, the rarest first.
 */
export async function suggest(text: string, { archive, vocabulary }: Suggesting): Promise<readonly Suggestion[]> {
  const known = new Set(vocabulary.words);
  const given = [...new Set(words(fold(text)))].slice(0, MAX_WORDS);
  const corrected = given.map((word) => (known.has(word) ? word : (nearestOf(word, vocabulary) ?? word)));
  const whole = await findAny([corrected.join(" ")], archive);
  return whole.length > 0 || corrected.length < 2 ? whole : findAny(corrected, archive);
}

function nearestOf(word: string, { words: known }: Vocabulary): string | null {
  if (word.length < MIN_LENGTH) return null;
  // Words whose lengths differ by more are different words.
  return nearest(
    word,
    known.filter((candidate) => Math.abs(candidate.length - word.length) <= 2),
  );
}

async function findAny(texts: readonly string[], archive: ArchiveStore): Promise<readonly Suggestion[]> {
  const found = await Promise.all(
    texts.map(async (text) => {
      const { total } = await archive.search({ text, order: "relevance", limit: 1, offset: 0 });
      return { text, total };
    }),
  );
  const useful = found.filter(({ total }) => total > 0);
  return useful.toSorted((one, other) => one.total - other.total).slice(0, MAX_SUGGESTIONS);
}
