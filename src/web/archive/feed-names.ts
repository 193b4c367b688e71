/** The formats of feeds, and their media types. */
export const FORMATS = {
  rss: "application/rss+xml",
  atom: "application/atom+xml",
  json: "application/feed+json",
} as const;

export type FeedFormat = keyof typeof FORMATS;

/** What a feed is of. */
export const FEED_KINDS = ["editions", "papers"] as const;

export type FeedKind = (typeof FEED_KINDS)[number];

interface NamedFeed {
  readonly kind: FeedKind;
  readonly format: FeedFormat;
  /** Below the site's base. */
  readonly path: string;
  readonly type: string;
  /** The key of its label among the site's messages. */
  readonly message: string;
}

/** Every feed there is. */
export const FEEDS: readonly NamedFeed[] = FEED_KINDS.flatMap((kind) =>
  (Object.keys(FORMATS) as FeedFormat[]).map((format) => ({
    kind,
    format,
    path: `/feed/${kind}.${format}`,
    type: FORMATS[format],
    message: `feed.${kind}.${format}`,
  })),
);
