import { clip, firstSentences } from "../../render/clip.js";
import type { ArchivedPaper, ArchiveSearch } from "../../store/store.js";
import { editionLabel, editionPath, HTML, pagerOf, paperPath } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";

/** Papers on a page of results, and how many pages anybody can turn. */
const SEARCH_PAGE = 20;
const MOST_PAGES = 50;
const ORDERS = ["relevance", "newest"] as const satisfies readonly ArchiveSearch["order"][];
/** A longer text is no search. */
export const LONGEST_SEARCH = 200;
const MOST_AUTHORS = 3;

/** What somebody looks for, as an address has it. */
export interface Asked {
  readonly text: string;
  readonly order: string;
  readonly page: number;
}

/** The page of a search; null where there is no such page. */
export async function searchDocument(parts: ArchiveParts, asked: Asked): Promise<ArchiveDocument | null> {
  const { archive, pages, to } = parts;
  const { text, page } = asked;
  const order = ORDERS.find((name) => name === asked.order) ?? "relevance";
  if (page > MOST_PAGES) return null;
  const { total, papers } = await archive.search({ text, order, limit: SEARCH_PAGE, offset: (page - 1) * SEARCH_PAGE });
  if (page > 1 && papers.length === 0) return null;
  const words = pages.words();
  const turned = (given: { readonly order: string; readonly page: number }) => {
    const query = new URLSearchParams({ q: text, ...(given.order === "relevance" ? {} : { order: given.order }) });
    if (given.page > 1) query.set("page", String(given.page));
    return `${to("/search")}?${query.toString()}`;
  };
  const data = {
    search: { url: to("/search"), text },
    result: text === "" ? null : words.say("search.found", { count: total }),
    orders: ORDERS.map((name) => ({
      url: turned({ order: name, page: 1 }),
      label: words.say(`search.${name}`),
      isHere: name === order,
    })),
    papers: papers.map((paper) => resultOf(paper, parts)),
    pager: pagerOf(page, Math.min(MOST_PAGES, Math.ceil(total / SEARCH_PAGE)), (number) =>
      turned({ order, page: number }),
    ),
  };
  return { body: pages.render("site/search.html.hbs", data), type: HTML, changedAt: null };
}

function resultOf({ paper, editions }: ArchivedPaper, parts: ArchiveParts) {
  const { authors, abstract, summary } = paper;
  const names = authors.slice(0, MOST_AUTHORS).map(({ name }) => clip(name, 60));
  const more = authors.length - names.length;
  const others = more > 0 ? ` ${parts.pages.letterWords().say("moreAuthors", { count: more })}` : "";
  const [newest] = editions;
  return {
    url: parts.to(paperPath(paper)),
    label: clip(paper.title, 300),
    authors: names.length > 0 ? names.join(", ") + others : null,
    excerpt: summary ?? (abstract === null ? null : firstSentences(abstract)),
    edition: newest ? { url: parts.to(editionPath(newest)), label: editionLabel(newest, parts) } : null,
  };
}
