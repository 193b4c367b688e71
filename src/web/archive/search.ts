import { fold, words } from "../../core/fold.js";
import { nearest } from "../../core/nearest.js";
import { clip, firstSentences } from "../../render/clip.js";
import { authorLine } from "../../render/paper-data.js";
import type { ArchivedPaper, ArchiveSearch, ArchiveStore } from "../../store/store.js";
import { editionLabel, editionPath, HTML, pagerOf, paperPath } from "./document.js";
import type { ArchiveContext, ArchiveDocument } from "./document.js";

/** The number of results per page, and of pages. */
const SEARCH_PAGE = 20;
const MAX_PAGES = 50;
const ORDERS = ["relevance", "newest"] as const satisfies readonly ArchiveSearch["order"][];
/** Maximum length of a search text in UTF-16 code units. */
export const MAX_SEARCH_LENGTH = 200;

/** A search as given in the query string. */
export interface SearchQuery {
  readonly text: string;
  readonly order: string;
  readonly page: number;
}

/** Renders a page of search results. Returns null if it does not exist. */
export async function searchDocument(
  context: ArchiveContext,
  query: SearchQuery,
  vocabulary: () => Promise<readonly string[] | null>,
): Promise<ArchiveDocument | null> {
  const { archive, pages, to } = context;
  const { text, page } = query;
  const order = ORDERS.find((name) => name === query.order) ?? "relevance";
  if (page > MAX_PAGES) return null;
  const { total, papers } = await archive.search({ text, order, limit: SEARCH_PAGE, offset: (page - 1) * SEARCH_PAGE });
  if (page > 1 && papers.length === 0) return null;
  const words = pages.words();
  const known = text !== "" && total === 0 ? await vocabulary() : null;
  const suggestions = known === null ? [] : await suggest(text, { archive, vocabulary: known });
  const searchUrl = (given: { readonly order: string; readonly page: number }) => {
    const params = new URLSearchParams({ q: text, ...(given.order === "relevance" ? {} : { order: given.order }) });
    if (given.page > 1) params.set("page", String(given.page));
    return `${to("/search")}?${params.toString()}`;
  };
  const data = {
    search: { url: to("/search"), text },
    suggestions: suggestions.map((one) => ({
      url: `${to("/search")}?${new URLSearchParams({ q: one.text }).toString()}`,
      label: one.text,
      count: words.say("search.found", { count: one.total }),
    })),
    archiveUrl: to("/archive"),
    result: text === "" ? null : words.say(total === 0 ? "search.nothing" : "search.found", { count: total, text }),
    orders: ORDERS.map((name) => ({
      url: searchUrl({ order: name, page: 1 }),
      label: words.say(`search.${name}`),
      isCurrent: name === order,
    })),
    papers: papers.map((paper) => resultOf(paper, context)),
    pager: pagerOf(page, Math.min(MAX_PAGES, Math.ceil(total / SEARCH_PAGE)), (number) =>
      searchUrl({ order, page: number }),
    ),
  };
  return { body: pages.render("site/search.html.hbs", data), type: HTML, changedAt: null };
}

/** Returns a search result as the page shows it. */
export function resultOf({ paper, editions }: ArchivedPaper, context: ArchiveContext) {
  const { abstract, summary } = paper;
  const [newest] = editions;
  return {
    url: context.to(paperPath(paper)),
    label: clip(paper.title, 300),
    authors: authorLine(paper, context.pages.letterWords()),
    excerpt: summary ?? (abstract === null ? null : firstSentences(abstract)),
    edition: newest ? { url: context.to(editionPath(newest)), label: editionLabel(newest, context) } : null,
  };
}

/** The papers whose words are suggested. */
const PAPERS_READ = 1_000;
/** Shorter words have too many neighbours. */
const MIN_LENGTH = 3;
const MAX_SUGGESTIONS = 3;
/** The maximum number of words of a search (src/store/archive.ts). */
const MAX_WORDS = 8;

/** Returns the words of the titles, keywords and authors of the newest papers, the most frequent first. */
export async function readVocabulary(archive: ArchiveStore): Promise<readonly string[]> {
  const counts = new Map<string, number>();
  for (const { paper } of await archive.recent({ limit: PAPERS_READ, offset: 0 })) {
    const texts = [paper.title, ...paper.keywords, ...paper.authors.map(({ name }) => name)];
    for (const word of new Set(texts.flatMap((text) => words(fold(text))))) {
      if (word.length >= MIN_LENGTH) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([word]) => word);
}

/** A search that finds papers. */
interface Suggestion {
  readonly text: string;
  readonly total: number;
}

interface Suggesting {
  readonly archive: ArchiveStore;
  readonly vocabulary: readonly string[];
}

/**
 * Returns searches that find papers, for one that found none: its words with corrected spelling and without quotation marks, or else
 * its single words, the rarest first.
 */
async function suggest(text: string, { archive, vocabulary }: Suggesting): Promise<readonly Suggestion[]> {
  const known = new Set(vocabulary);
  const given = [...new Set(words(fold(text)))].slice(0, MAX_WORDS);
  const corrected = given.map((word) => (known.has(word) ? word : (nearestOf(word, vocabulary) ?? word)));
  const whole = await findAny([corrected.join(" ")], archive);
  return whole.length > 0 || corrected.length < 2 ? whole : findAny(corrected, archive);
}

function nearestOf(word: string, known: readonly string[]): string | null {
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
