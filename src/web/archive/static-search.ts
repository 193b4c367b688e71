import { fold, words } from "../../core/fold.js";
import type { Paper } from "../../core/model.js";
import { HTML, metaOf } from "./document.js";
import type { ArchiveContext, ArchiveDocument } from "./document.js";
import { resultOf } from "./search.js";

/** Papers per store query. */
const BATCH = 100;

/** A paper in the index that the browser searches: the texts of a result, and the folded words. */
interface IndexedPaper {
  readonly title: string;
  readonly url: string;
  readonly authors: string | null;
  readonly excerpt: string | null;
  readonly edition: { readonly url: string; readonly label: string } | null;
  readonly titleWords: string;
  readonly words: string;
}

/** Returns the index of all papers, newest first. Its links are relative to the search page. */
export async function searchIndex(context: ArchiveContext): Promise<readonly IndexedPaper[]> {
  const index: IndexedPaper[] = [];
  for (let offset = 0; ; offset += BATCH) {
    const papers = await context.archive.recent({ limit: BATCH, offset });
    for (const archived of papers) {
      const { label: title, ...shown } = resultOf(archived, context);
      index.push({ title, ...shown, titleWords: wordsOf(title), words: wordsOf(textOf(archived.paper)) });
    }
    if (papers.length < BATCH) return index;
  }
}

function textOf({ keywords, authors, abstract }: Paper): string {
  return [...keywords, ...authors.map(({ name }) => name), abstract ?? ""].join(" ");
}

function wordsOf(text: string): string {
  return words(fold(text)).join(" ");
}

/** Renders the page on which the browser searches the index. */
export function staticSearchDocument(context: ArchiveContext): ArchiveDocument {
  const { pages, to } = context;
  const words = pages.words();
  const data = {
    meta: metaOf(context, "/search", words.say("search.label")),
    search: { url: "./", text: "" },
    index: "papers.json",
    script: "search.js",
    // The script fills in the query and the number.
    nothing: words.say("search.nothing", { text: "%" }),
    one: words.say("search.found", { count: 1 }),
    other: words.say("search.found", { count: 2 }),
    archiveUrl: to("/archive"),
  };
  return { body: pages.render("site/static-search.html.hbs", data), type: HTML, changedAt: null };
}
