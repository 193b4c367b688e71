import { fold, words } from "../../core/fold.js";
import type { Paper } from "../../core/model.js";
import type { ArchiveStore } from "../../store/store.js";
import type { SiteParts } from "../context.js";
import { openPages } from "../pages.js";
import { allEditions, allPapers, editionPath, paperPath, SECTIONS, HTML, metaOf } from "./document.js";
import type { ArchiveDocument, ArchiveContext, Topic } from "./document.js";
import { editionDocument } from "./edition.js";
import { FEEDS, TOPIC_FEED } from "./feed-formats.js";
import { feedDocument, readFeedData } from "./feed.js";
import { LIST_PAGE, listDocument } from "./list.js";
import { paperDocument } from "./paper.js";
import { resultOf } from "./search.js";
import { readTopics } from "./topics.js";

/** A file of the static archive; `path` is relative to its folder, with forward slashes. */
export interface ArchiveFile {
  readonly path: string;
  readonly body: string | Buffer;
}

interface FilesOptions extends Pick<SiteParts, "templatesDir" | "branding" | "view"> {
  readonly archive: ArchiveStore;
  /**
   * Public URL of the folder, without a trailing slash. Null if unknown; feeds are then omitted, because they need absolute URLs.
   */
  readonly url: string | null;
}

/**
 * Yields the archive as static files: one folder with an `index.html` per page. Links are relative, so the folder can be
 * hosted under any path. Link targets come before the pages that link to them, so links work during an update.
 */
export async function* archiveFiles(options: FilesOptions): AsyncGenerator<ArchiveFile> {
  const at = openDepths(options);
  yield { path: "site.css", body: at(0).pages.css.text };
  if (options.url !== null) yield { path: "card.png", body: at(0).pages.picture.bytes };
  yield* paperFiles(at(2));
  yield* searchFiles(at(1));
  yield* editionFiles(at(2));
  const topics = options.url === null ? [] : await readTopics(options.archive);
  yield* listFiles(options.archive, at, topics);
  if (options.url !== null) yield* feedFiles(at(1), topics);
}

/** Returns the context for pages at a given folder depth, where relative links start with that many `../`. */
type AtDepth = (depth: number) => ArchiveContext;

function openDepths({ archive, templatesDir, branding, view, url }: FilesOptions): AtDepth {
  const feeds = url === null ? [] : FEEDS;
  const nav = [{ path: "/archive/", message: "nav.archive" }];
  const opened = [".", "..", "../..", "../../.."].map((base): ArchiveContext => {
    const pages = openPages({ templatesDir, branding, base, language: view.language, nav, feeds });
    const to = (path: string) => base + withSlash(path);
    return {
      archive,
      pages,
      branding,
      view,
      to,
      url: (path) => (url ?? "") + withSlash(path),
      hasHost: url !== null,
      subscribeUrl: null,
      feeds,
      feedPath: ({ path, format }, topic) => (topic === null ? path : `/feed/topics/${topic.slug}.${format}`),
    };
  });
  return (depth) => opened[depth] ?? outOfDepth(depth);
}

function outOfDepth(depth: number): never {
  throw new RangeError(`the static archive has no pages at depth ${depth}`);
}

/** Adds a trailing slash to pages, which are folders, to avoid a redirect by the web host. */
function withSlash(path: string): string {
  return /^\/(?:card\.png|feed\/)/.test(path) ? path : `${path}/`;
}

async function* paperFiles(context: ArchiveContext): AsyncGenerator<ArchiveFile> {
  for await (const { paper } of allPapers(context.archive)) {
    yield* pageFile(paperPath(paper), await paperDocument(context, paper.id));
  }
}

async function* editionFiles(context: ArchiveContext): AsyncGenerator<ArchiveFile> {
  for await (const edition of allEditions(context.archive)) {
    yield* pageFile(editionPath(edition), await editionDocument(context, edition.date));
  }
}

async function* listFiles(archive: ArchiveStore, at: AtDepth, topics: readonly Topic[]): AsyncGenerator<ArchiveFile> {
  const [days] = SECTIONS;
  for (const section of SECTIONS) {
    const { total } = await archive.editions({ kind: section.kind, limit: 1, offset: 0 });
    const pages = Math.max(1, Math.ceil(total / LIST_PAGE));
    for (let page = pages; page > 1; page -= 1) {
      yield* pageFile(`${section.path}/${page}`, await listDocument(at(3), section, { page, topics }));
    }
    yield* pageFile(section.path, await listDocument(at(2), section, { page: 1, topics }));
  }
  if (days === undefined) return;
  yield* pageFile("/archive", await listDocument(at(1), days, { page: 1, topics }));
  yield* pageFile("", await listDocument(at(0), days, { page: 1, topics }));
}

/** Yields the search: a page, its script, and the index that the script reads. Their links start at the page. */
async function* searchFiles(context: ArchiveContext): AsyncGenerator<ArchiveFile> {
  yield { path: "search/papers.json", body: JSON.stringify(await searchIndex(context)) };
  yield { path: "search/search.js", body: context.pages.searchScript() };
  yield* pageFile("/search", staticSearchDocument(context));
}

async function* feedFiles(context: ArchiveContext, topics: readonly Topic[]): AsyncGenerator<ArchiveFile> {
  const data = await readFeedData(context);
  for (const feed of FEEDS) {
    for (const topic of [null, ...(feed.kind === TOPIC_FEED.kind ? topics : [])]) {
      const { body } = feedDocument(context, data, { ...feed, topic });
      yield { path: context.feedPath(feed, topic).slice(1), body };
    }
  }
}

/** Skips pages whose id cannot be a folder name (`.` or `..`). */
function pageFile(path: string, document: ArchiveDocument | null): readonly ArchiveFile[] {
  return document === null || path.split("/").some((name) => /^\.+$/.test(name))
    ? []
    : [{ path: `${path}/index.html`.slice(1), body: document.body }];
}

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
async function searchIndex(context: ArchiveContext): Promise<readonly IndexedPaper[]> {
  const index: IndexedPaper[] = [];
  for await (const archived of allPapers(context.archive)) {
    const { label: title, ...shown } = resultOf(archived, context);
    index.push({ title, ...shown, titleWords: wordsOf(title), words: wordsOf(textOf(archived.paper)) });
  }
  return index;
}

function textOf({ keywords, authors, abstract }: Paper): string {
  return [...keywords, ...authors.map(({ name }) => name), abstract ?? ""].join(" ");
}

function wordsOf(text: string): string {
  return words(fold(text)).join(" ");
}

/** Renders the page on which the browser searches the index. */
function staticSearchDocument(context: ArchiveContext): ArchiveDocument {
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
