import { escapeHtml } from "../../core/escape.js";

/** Feed formats and their media types. */
export const FORMATS = {
  rss: "application/rss+xml",
  atom: "application/atom+xml",
  json: "application/feed+json",
} as const;

export type FeedFormat = keyof typeof FORMATS;

/** The kinds of entries. */
const FEED_KINDS = ["editions", "papers"] as const;

export type FeedKind = (typeof FEED_KINDS)[number];

export interface NamedFeed {
  readonly kind: FeedKind;
  readonly format: FeedFormat;
  /** Path below the site's base. */
  readonly path: string;
  readonly type: string;
  /** Message key of its label. */
  readonly message: string;
}

/** All feeds: each kind in each format. */
export const FEEDS: readonly NamedFeed[] = FEED_KINDS.flatMap((kind) =>
  (Object.keys(FORMATS) as FeedFormat[]).map((format) => namedFeed(kind, format)),
);

/** The feed of a topic that pages link to. */
export const TOPIC_FEED: NamedFeed = namedFeed("papers", "rss");

function namedFeed(kind: FeedKind, format: FeedFormat): NamedFeed {
  const message = `feed.${kind}.${format}`;
  return { kind, format, path: `/feed/${kind}.${format}`, type: FORMATS[format], message };
}

/** A feed, independent of its format. All URLs are absolute. */
export interface Feed {
  readonly title: string;
  readonly language: string;
  /** URL of the corresponding page, and of the feed itself. */
  readonly homeUrl: string;
  readonly selfUrl: string;
  readonly author: string;
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  /** Permanent URL of the item's page; also the item's id. */
  readonly url: string;
  readonly title: string;
  readonly publishedAt: Date;
  readonly updatedAt: Date;
  readonly summary: string | null;
  readonly html: string;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
}

/** Serialises a feed, by format. */
export const FEED_WRITERS: Readonly<Record<FeedFormat, (feed: Feed) => string>> = { rss, atom, json };

/** Returns the time of the newest change, or the epoch for an empty feed, because Atom requires a stable time. */
export function updatedOf({ items }: Feed): Date {
  return new Date(Math.max(0, ...items.map(({ updatedAt }) => updatedAt.getTime())));
}

const text = (name: string, inner: string): XmlElement => ({ name, inner });
const optional = (name: string, inner: string | null): XmlElement[] => (inner === null ? [] : [text(name, inner)]);

/** RSS 2.0 (https://www.rssboard.org/rss-specification) with elements of the Atom, Content and Dublin Core modules. */
function rss(feed: Feed): string {
  const items = feed.items.map((item) => ({
    name: "item",
    inner: [
      text("title", item.title),
      text("link", item.url),
      { name: "guid", attributes: { isPermaLink: "true" }, inner: item.url },
      text("pubDate", item.publishedAt.toUTCString()),
      // Feed readers parse descriptions as HTML, so plain text is escaped twice.
      ...optional("description", item.summary === null ? null : escapeXml(item.summary)),
      text("content:encoded", item.html),
      ...item.authors.map((name) => text("dc:creator", name)),
      ...item.tags.map((tag) => text("category", tag)),
    ],
  }));
  const channel = [
    text("title", feed.title),
    text("link", feed.homeUrl),
    text("description", feed.title),
    text("language", feed.language),
    text("lastBuildDate", updatedOf(feed).toUTCString()),
    { name: "atom:link", attributes: { rel: "self", type: "application/rss+xml", href: feed.selfUrl } },
    ...items,
  ];
  return writeXml({
    name: "rss",
    attributes: {
      version: "2.0",
      "xmlns:atom": "http://www.w3.org/2005/Atom",
      "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
      "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    },
    inner: [{ name: "channel", inner: channel }],
  });
}

/** Atom (RFC 4287). Titles and summaries are marked as plain text, so feed readers do not parse them as HTML. */
function atom(feed: Feed): string {
  const entries = feed.items.map((item) => ({
    name: "entry",
    inner: [
      text("id", item.url),
      { name: "title", attributes: { type: "text" }, inner: item.title },
      { name: "link", attributes: { rel: "alternate", type: "text/html", href: item.url } },
      text("published", item.publishedAt.toISOString()),
      text("updated", item.updatedAt.toISOString()),
      ...item.authors.map((name) => ({ name: "author", inner: [text("name", name)] })),
      ...item.tags.map((term) => ({ name: "category", attributes: { term } })),
      ...optional("summary", item.summary),
      { name: "content", attributes: { type: "html" }, inner: item.html },
    ],
  }));
  return writeXml({
    name: "feed",
    attributes: { xmlns: "http://www.w3.org/2005/Atom", "xml:lang": feed.language },
    inner: [
      text("id", feed.selfUrl),
      { name: "title", attributes: { type: "text" }, inner: feed.title },
      text("updated", updatedOf(feed).toISOString()),
      { name: "author", inner: [text("name", feed.author)] },
      { name: "link", attributes: { rel: "self", type: "application/atom+xml", href: feed.selfUrl } },
      { name: "link", attributes: { rel: "alternate", type: "text/html", href: feed.homeUrl } },
      ...entries,
    ],
  });
}

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). */
function json(feed: Feed): string {
  const items = feed.items.map((item) => ({
    id: item.url,
    url: item.url,
    title: item.title,
    ...(item.summary === null ? {} : { summary: item.summary }),
    content_html: item.html,
    date_published: item.publishedAt.toISOString(),
    date_modified: item.updatedAt.toISOString(),
    ...(item.authors.length === 0 ? {} : { authors: item.authors.map((name) => ({ name })) }),
    ...(item.tags.length === 0 ? {} : { tags: item.tags }),
  }));
  const document = {
    version: "https://jsonfeed.org/version/1.1",
    title: feed.title,
    home_page_url: feed.homeUrl,
    feed_url: feed.selfUrl,
    language: feed.language,
    authors: [{ name: feed.author }],
    items,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** An XML element with its attributes and its text or child elements. */
interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly inner?: string | readonly XmlElement[];
}

/** Writes an XML 1.0 document in UTF-8. */
function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${writeElement(root)}\n`;
}

function writeElement({ name, attributes = {}, inner = "" }: XmlElement): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const content =
    typeof inner === "string" ? escapeXml(inner) : inner.map((element) => `\n${writeElement(element)}`).join("");
  const head = `<${name}${written.join("")}`;
  return content === "" ? `${head}/>` : `${head}>${content}</${name}>`;
}

/** Characters that XML 1.0 (section 2.2, "Char") does not allow even when escaped, and control characters. */
const INVALID_CHARACTERS = /[^\P{Cc}\t\n\r]|[\p{Cs}\uFFFE\uFFFF]/gu;

function escapeXml(text: string): string {
  return escapeHtml(text.replaceAll(INVALID_CHARACTERS, ""));
}
