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

interface NamedFeed {
  readonly kind: FeedKind;
  readonly format: FeedFormat;
  /** Path below the site's base. */
  readonly path: string;
  readonly type: string;
  /** Message key of its label. */
  readonly message: string;
}

/** Maximum length of a feed's topic, the same as that of a subscriber's topic. */
export const MAX_TOPIC_LENGTH = 60;

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
