import type { ArchiveStore } from "../../store/store.js";
import { editionDocument } from "./edition.js";
import { LIST_PAGE, listDocument } from "./list.js";
import { editionPath, paperPath, SHELVES } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";
import { feedDocument, readStock } from "./feed.js";
import { FEEDS } from "./feed-names.js";
import { openPages } from "../pages.js";
import { paperDocument } from "./paper.js";
import type { SiteParts } from "../context.js";

/** A file of the archive: where it stands in the folder, with slashes, and what is in it. */
export interface ArchiveFile {
  readonly path: string;
  readonly body: string;
}

interface FilesOptions extends Pick<SiteParts, "templatesDir" | "branding" | "view"> {
  readonly archive: ArchiveStore;
  /** Where the folder will be reached, without a slash at its end; null when nobody knows, and then there are no feeds. */
  readonly url: string | null;
}

/** How many are asked for at once. */
const BATCH = 100;

/**
 * Everything that the archive shows, as files: a folder with an `index.html` for each page, links that begin at the page
 * itself, so that the folder may stand anywhere. What others link to comes first, so that links hold while it is written.
 */
export async function* archiveFiles(options: FilesOptions): AsyncGenerator<ArchiveFile> {
  const at = openDepths(options);
  yield { path: "site.css", body: at(0).pages.css.text };
  yield* paperFiles(at(2));
  yield* editionFiles(at(2));
  yield* listFiles(options.archive, at);
  if (options.url !== null) yield* feedFiles(at(1));
}

/** What pages so many folders deep are made with. */
type AtDepth = (depth: number) => ArchiveParts;

function openDepths({ archive, templatesDir, branding, view, url }: FilesOptions): AtDepth {
  const feeds = url === null ? [] : FEEDS;
  const nav = [{ path: "/archive/", message: "nav.archive" }];
  const opened = [".", "..", "../..", "../../.."].map((base): ArchiveParts => {
    const pages = openPages({ templatesDir, branding, base, language: view.language, nav, feeds });
    const to = (path: string) => base + withSlash(path);
    return {
      archive,
      pages,
      branding,
      view,
      to,
      url: (path) => (url ?? "") + withSlash(path),
      canSearch: false,
      feeds,
    };
  });
  return (depth) => opened[depth] ?? outOfDepth(depth);
}

function outOfDepth(depth: number): never {
  throw new RangeError(`no page stands ${depth} folders deep`);
}

/** A page is a folder: without the slash a host would answer with a redirection first. */
function withSlash(path: string): string {
  return FEEDS.some((feed) => feed.path === path) ? path : `${path}/`;
}

async function* paperFiles(parts: ArchiveParts): AsyncGenerator<ArchiveFile> {
  for (let offset = 0; ; offset += BATCH) {
    const papers = await parts.archive.recent({ limit: BATCH, offset });
    for (const { paper } of papers) yield* pageFile(paperPath(paper), await paperDocument(parts, paper.id));
    if (papers.length < BATCH) return;
  }
}

async function* editionFiles(parts: ArchiveParts): AsyncGenerator<ArchiveFile> {
  for (let offset = 0; ; offset += BATCH) {
    const { editions } = await parts.archive.editions({ kind: null, limit: BATCH, offset });
    for (const edition of editions) yield* pageFile(editionPath(edition), await editionDocument(parts, edition.date));
    if (editions.length < BATCH) return;
  }
}

async function* listFiles(archive: ArchiveStore, at: AtDepth): AsyncGenerator<ArchiveFile> {
  const [days] = SHELVES;
  for (const shelf of SHELVES) {
    const { total } = await archive.editions({ kind: shelf.kind, limit: 1, offset: 0 });
    const pages = Math.max(1, Math.ceil(total / LIST_PAGE));
    for (let page = pages; page > 1; page -= 1) {
      yield* pageFile(`${shelf.path}/${page}`, await listDocument(at(3), shelf, page));
    }
    yield* pageFile(shelf.path, await listDocument(at(2), shelf, 1));
  }
  if (days === undefined) return;
  yield* pageFile("/archive", await listDocument(at(1), days, 1));
  yield* pageFile("", await listDocument(at(0), days, 1));
}

async function* feedFiles(parts: ArchiveParts): AsyncGenerator<ArchiveFile> {
  const stock = await readStock(parts);
  for (const feed of FEEDS) {
    const { body } = feedDocument(parts, stock, { ...feed, topic: null });
    yield { path: feed.path.slice(1), body };
  }
}

/** An id that is no name of a folder (`..`) gets no page. */
function pageFile(path: string, document: ArchiveDocument | null): readonly ArchiveFile[] {
  return document === null || path.split("/").some((name) => /^\.+$/.test(name))
    ? []
    : [{ path: `${path}/index.html`.slice(1), body: document.body }];
}
