import { note } from "../info-page.js";
import { answerWith, nothingHere, tagged } from "./answer.js";
import { editionDocument } from "./edition.js";
import { listDocument } from "./list.js";
import { pageNumber, SHELVES } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";
import { openShelf } from "./page-cache.js";
import type { Shelf } from "./page-cache.js";
import { feedDocument, readStock } from "./feed.js";
import { FEEDS } from "./feed-names.js";
import { paperDocument } from "./paper.js";
import type { Desk, SiteContext, SiteRoute, SiteSection } from "../context.js";
import { LONGEST_SEARCH, searchDocument } from "./search.js";

/** A topic of a feed, as long as one of a reader may be. */
const LONGEST_TOPIC = 60;

/** A visit to the archive: whose site, and what it has made already. */
interface Visit {
  readonly context: SiteContext;
  readonly desk: Desk;
  readonly parts: ArchiveParts;
  readonly shelf: Shelf;
}

/** To read again: the editions, their papers, a search over them, and feeds. All of it reads alone. */
export function archiveSection(): SiteSection {
  const shelves = new WeakMap<Desk["store"], Shelf>();
  const visiting =
    (answer: (visit: Visit) => Promise<Response>): SiteRoute["answer"] =>
    (context, desk) => {
      const shelf = shelves.get(desk.store) ?? openShelf(desk);
      shelves.set(desk.store, shelf);
      return answer({ context, desk, parts: partsOf(desk), shelf });
    };
  return {
    nav: [
      { path: "/archive", message: "nav.archive" },
      { path: "/search", message: "nav.search" },
    ],
    feeds: FEEDS,
    routes: [
      { method: "GET", path: "/archive", answer: visiting(showList) },
      { method: "GET", path: "/archive/:name", answer: visiting(showEdition) },
      { method: "GET", path: "/archive/:name/:page", answer: visiting(showList) },
      { method: "GET", path: "/paper/:id", answer: visiting(showPaper) },
      { method: "GET", path: "/search", answer: visiting(showSearch) },
      { method: "GET", path: "/feed/:name", answer: visiting(showFeed) },
    ],
  };
}

function partsOf({ store, pages, branding, view, base, publicUrl }: Desk): ArchiveParts {
  const [to, url] = [(path: string) => base + path, (path: string) => publicUrl + path];
  return { archive: store.archive, pages, branding, view, to, url, canSearch: true, feeds: FEEDS };
}

async function show(visit: Visit, name: string, make: () => Promise<ArchiveDocument | null>): Promise<Response> {
  const { context, desk, shelf } = visit;
  const document = await shelf.take(name, async () => {
    const made = await make();
    return made && tagged(made);
  });
  return document ? answerWith(context, document) : nothingHere(context, desk);
}

async function showList(visit: Visit): Promise<Response> {
  const { context, desk, parts } = visit;
  const path = `/archive/${context.req.param("name") ?? "days"}`;
  const page = pageNumber(context.req.param("page") ?? "1");
  const shelf = SHELVES.find((one) => one.path === path);
  if (shelf === undefined || page === null) return nothingHere(context, desk);
  return show(visit, `list ${path} ${page}`, () => listDocument(parts, shelf, page));
}

async function showEdition(visit: Visit): Promise<Response> {
  const name = visit.context.req.param("name") ?? "";
  if (SHELVES.some(({ path }) => path === `/archive/${name}`)) return showList(visit);
  return show(visit, `edition ${name}`, () => editionDocument(visit.parts, name));
}

async function showPaper(visit: Visit): Promise<Response> {
  const id = visit.context.req.param("id") ?? "";
  return show(visit, `paper ${id}`, () => paperDocument(visit.parts, id));
}

/** What somebody looked for is kept nowhere, and no search engine needs our results. */
async function showSearch({ context, desk, parts }: Visit): Promise<Response> {
  const text = (context.req.query("q") ?? "").trim();
  const page = pageNumber(context.req.query("page") ?? "1");
  context.header("X-Robots-Tag", "noindex");
  if (text.length > LONGEST_SEARCH) return note(context, desk, { name: "longSearch", status: 400 });
  const asked = { text, order: context.req.query("order") ?? "", page: page ?? Infinity };
  const document = await searchDocument(parts, asked);
  return document ? context.html(document.body) : nothingHere(context, desk);
}

async function showFeed(visit: Visit): Promise<Response> {
  const { context, desk, parts, shelf } = visit;
  const feed = FEEDS.find(({ path }) => path === `/feed/${context.req.param("name") ?? ""}`);
  const topic = (context.req.query("topic") ?? "").trim();
  if (feed === undefined) return nothingHere(context, desk);
  if (topic.length > LONGEST_TOPIC) return note(context, desk, { name: "longTopic", status: 400 });
  return show(visit, `feed ${feed.path} ${topic}`, async () => {
    const stock = await shelf.take("stock", () => readStock(parts));
    return stock && feedDocument(parts, stock, { ...feed, topic: topic === "" ? null : topic });
  });
}
