import type { FeedFormat } from "./feed-names.js";
import { escapeXml, writeXml } from "./feed-xml.js";
import type { Element } from "./feed-xml.js";

/** A feed before it is written in a format. All addresses are absolute. */
export interface Feed {
  readonly title: string;
  readonly language: string;
  /** The page that it is the feed of, and its own address. */
  readonly homeUrl: string;
  readonly selfUrl: string;
  readonly author: string;
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  /** The address of its page, for ever: it is the item's id too. */
  readonly url: string;
  readonly title: string;
  readonly publishedAt: Date;
  readonly updatedAt: Date;
  readonly summary: string | null;
  readonly html: string;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
}

/** Writes a feed in each format. */
export const FEED_WRITERS: Readonly<Record<FeedFormat, (feed: Feed) => string>> = { rss, atom, json };

/** When the newest item changed; the epoch for an empty feed, since Atom demands an instant that stays the same. */
export function updatedOf({ items }: Feed): Date {
  return new Date(Math.max(0, ...items.map(({ updatedAt }) => updatedAt.getTime())));
}

const text = (name: string, inner: string): Element => ({ name, inner });
const some = (name: string, inner: string | null): Element[] => (inner === null ? [] : [text(name, inner)]);

/** RSS 2.0 (https://www.rssboard.org/rss-specification), with the elements of Atom, Content and Dublin Core beside it. */
function rss(feed: Feed): string {
  const items = feed.items.map((item) => ({
    name: "item",
    inner: [
      text("title", item.title),
      text("link", item.url),
      { name: "guid", attributes: { isPermaLink: "true" }, inner: item.url },
      text("pubDate", item.publishedAt.toUTCString()),
      // Readers take a description for HTML, so a text is written as HTML that says it.
      ...some("description", item.summary === null ? null : escapeXml(item.summary)),
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

/** Atom (RFC 4287). Titles and summaries are plain text there, so that no reader takes them for markup. */
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
      ...some("summary", item.summary),
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
  const whole = {
    version: "https://jsonfeed.org/version/1.1",
    title: feed.title,
    home_page_url: feed.homeUrl,
    feed_url: feed.selfUrl,
    language: feed.language,
    authors: [{ name: feed.author }],
    items,
  };
  return `${JSON.stringify(whole, null, 1)}\n`;
}
