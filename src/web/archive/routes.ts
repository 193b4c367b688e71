import { topicSlug } from "../../send/message/names.js";
import type { RequestContext, SiteContext, SiteModule, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { pageNumber, SECTIONS } from "./document.js";
import type { ArchiveContext, ArchiveDocument } from "./document.js";
import { editionDocument, latestIssue, publishedPages } from "./edition.js";
import { FEEDS } from "./feed-formats.js";
import { feedDocument, readFeedData } from "./feed.js";
import { listDocument } from "./list.js";
import { createPageCache, respondWith, withTag } from "./page-cache.js";
import type { PageCache } from "./page-cache.js";
import { paperDocument } from "./paper.js";
import { MAX_SEARCH_LENGTH, searchDocument, readVocabulary } from "./search.js";
import { MAX_TOPIC_LENGTH, readTopics } from "./topics.js";

interface ArchiveRequest {
  readonly context: RequestContext;
  readonly site: SiteContext;
  readonly archive: ArchiveContext;
  readonly cache: PageCache;
}

/** The archive: editions, papers, search and feeds. All routes are read-only. */
export function archiveModule(): SiteModule {
  const caches = new WeakMap<SiteContext["store"], PageCache>();
  const cacheOf = (site: SiteContext): PageCache => {
    const cache = caches.get(site.store) ?? createPageCache(site);
    caches.set(site.store, cache);
    return cache;
  };
  const withRequest =
    (answer: (request: ArchiveRequest) => Promise<Response>): SiteRoute["answer"] =>
    (context, site) =>
      answer({ context, site, archive: archiveContext(site), cache: cacheOf(site) });
  return {
    nav: [
      { path: "/archive", message: "nav.archive" },
      { path: "/search", message: "nav.search" },
    ],
    feeds: FEEDS,
    published: {
      latestIssue: async (site) => {
        const archive = archiveContext(site);
        return cacheOf(site).get(`latest ${site.pages.language}`, () => latestIssue(archive));
      },
      pages: async ({ store }) => publishedPages(store.archive),
    },
    routes: [
      { method: "GET", path: "/archive", answer: withRequest(showList) },
      { method: "GET", path: "/archive/:name", answer: withRequest(showEdition) },
      { method: "GET", path: "/archive/:name/:page", answer: withRequest(showList) },
      { method: "GET", path: "/paper/:id", answer: withRequest(showPaper) },
      { method: "GET", path: "/search", answer: withRequest(showSearch) },
      { method: "GET", path: "/feed/:name", answer: withRequest(showFeed) },
    ],
  };
}

function archiveContext({ store, pages, branding, view, base, publicUrl }: SiteContext): ArchiveContext {
  return {
    archive: store.archive,
    pages,
    branding,
    view,
    to: (path) => base + path,
    url: (path) => publicUrl + path,
    hasHost: true,
    subscribeUrl: `${base}/#form`,
    feeds: FEEDS,
    feedPath: ({ path }, topic) =>
      topic === null ? path : `${path}?${new URLSearchParams({ topic: topic.word }).toString()}`,
  };
}

/** Responds with a document from the cache, or with the result of `make`. Responds with 404 if `make` returns null. */
async function show(
  { context, site, archive, cache }: ArchiveRequest,
  key: string,
  make: () => Promise<ArchiveDocument | null>,
): Promise<Response> {
  const document = await cache.get(`${archive.pages.language} ${key}`, async () => {
    const made = await make();
    return made && withTag(made);
  });
  return document ? respondWith(context, document) : notFound(context, site);
}

async function showList(request: ArchiveRequest): Promise<Response> {
  const { context, site, archive, cache } = request;
  const path = `/archive/${context.req.param("name") ?? "days"}`;
  const page = pageNumber(context.req.param("page") ?? "1");
  const section = SECTIONS.find((one) => one.path === path);
  if (section === undefined || page === null) return notFound(context, site);
  return show(request, `list ${path} ${page}`, async () => {
    const topics = await cache.get("topics", () => readTopics(archive.archive));
    return listDocument(archive, section, { page, topics: topics ?? [] });
  });
}

async function showEdition(request: ArchiveRequest): Promise<Response> {
  const name = request.context.req.param("name") ?? "";
  if (SECTIONS.some(({ path }) => path === `/archive/${name}`)) return showList(request);
  return show(request, `edition ${name}`, () => editionDocument(request.archive, name));
}

async function showPaper(request: ArchiveRequest): Promise<Response> {
  const id = request.context.req.param("id") ?? "";
  return show(request, `paper ${id}`, () => paperDocument(request.archive, id));
}

/** Shows search results. They are neither cached nor indexed by search engines, because a query may be private. */
async function showSearch({ context, site, archive, cache }: ArchiveRequest): Promise<Response> {
  const text = (context.req.query("q") ?? "").trim();
  const page = pageNumber(context.req.query("page") ?? "1");
  context.header("X-Robots-Tag", "noindex");
  if (text.length > MAX_SEARCH_LENGTH) return infoPage(context, site, { name: "searchTooLong", status: 400 });
  const query = { text, order: context.req.query("order") ?? "", page: page ?? Infinity };
  const document = await searchDocument(archive, query, () =>
    cache.get("vocabulary", () => readVocabulary(site.store.archive)),
  );
  return document ? context.html(document.body) : notFound(context, site);
}

/** Feeds are in the language of the site: a feed reader fetches them for all of its users. */
async function showFeed({ context, site, cache, ...request }: ArchiveRequest): Promise<Response> {
  const archive = { ...request.archive, pages: site.pages.in() };
  const feed = FEEDS.find(({ path }) => path === `/feed/${context.req.param("name") ?? ""}`);
  const topic = (context.req.query("topic") ?? "").trim();
  if (feed === undefined) return notFound(context, site);
  if (topic.length > MAX_TOPIC_LENGTH) return infoPage(context, site, { name: "topicTooLong", status: 400 });
  return show({ context, site, cache, archive }, `feed ${feed.path} ${topic}`, async () => {
    const data = await cache.get("feed data", () => readFeedData(archive));
    return (
      data &&
      feedDocument(archive, data, { ...feed, topic: topic === "" ? null : { word: topic, slug: topicSlug(topic) } })
    );
  });
}

function notFound(context: RequestContext, site: SiteContext): Response {
  const links = [{ url: `${site.base}/archive`, message: "nav.archive" }];
  return infoPage(context, site, { name: "missing", status: 404, links });
}
