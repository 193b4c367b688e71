import { clip, firstSentences } from "../../render/clip.js";
import { authorLine } from "../../render/paper-data.js";
import type { ArchivedPaper, ArchiveSearch } from "../../store/store.js";
import { editionLabel, editionPath, HTML, pagerOf, paperPath } from "./document.js";
import type { ArchiveContext, ArchiveDocument } from "./document.js";
import { suggest } from "./suggestions.js";
import type { Vocabulary } from "./suggestions.js";

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
  vocabulary: () => Promise<Vocabulary | null>,
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
