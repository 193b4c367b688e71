import { setTimeout as wait } from "node:timers/promises";
import { PaperboyError } from "../core/errors.js";
import { projectUrl } from "../core/project.js";
import type { Clock, Location, Page } from "../core/model.js";
import { folderCache, NO_CACHE, type PageCache, type SavedPage } from "./cache.js";
import { FetchFailed, withoutCredentials } from "./failures.js";
import { readFilePage, readStdinPage } from "./file.js";
import type { Reply, Timeouts, Transport } from "./http.js";
import { pageOf, pageIn } from "./page.js";
import { type WaitInfo, withRetries } from "./retry.js";
import { isUrl } from "../core/url.js";

export interface FetcherOptions {
  /** The folder of the page cache, `pages/` of the home; null for no cache. */
  readonly cacheDir: string | null;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts>;
  /** The number of retries after the first attempt; 3 by default. */
  readonly retries?: number;
  /** The largest page from a site, decoded; 20 MB by default. */
  readonly maxBytes?: number;
  /** The longest `Retry-After` to wait for, in ms; two minutes by default. */
  readonly maxWaitMs?: number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
  readonly onWait?: (info: WaitInfo) => void;
  /** Called when a page could not be cached; the fetch continues. */
  readonly onCacheError?: (error: unknown) => void;
  /** Opens standard input, for the location `stdin`. */
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** The environment with the proxy variables; `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Fetcher {
  /**
   * Fetches one page.
   * @throws PaperboyError `fetch-failed` (a site), `usage` (a file, or an address that is not http(s)), `config-invalid` (a proxy).
   */
  fetch(location: Location): Promise<Page>;
  /** Aborts pending fetches, which end as `fetch-failed`, and closes all connections. */
  close(): Promise<void>;
}

const TIMEOUTS: Timeouts = { connect: 10_000, headers: 30_000, body: 30_000, total: 120_000 };
/** Options for optional pages: no retries, and timeouts of a few seconds (in ms). */
export const QUICK_OPTIONS = {
  retries: 0,
  timeouts: { connect: 3_000, headers: 6_000, body: 6_000, total: 15_000 },
} as const satisfies Partial<FetcherOptions>;

const MAX_BYTES = 20 * 1_048_576;

/** Returns the `User-Agent`: name, version, project and the contact if there is one (RFC 9110 section 10.1.5). */
export function userAgent(version: string, contact: string | null): string {
  // Removes parentheses and backslashes, which are special in a comment, and control characters.
  const plain = (contact ?? "")
    .replaceAll(/(:\/\/)[^\s/?#]*@/g, "$1")
    .replaceAll(/[^\x20-\x7e]|[()\\]/g, "")
    .trim();
  return `Paperboy/${version} (+${projectUrl()}${plain === "" ? "" : `; ${plain}`})`;
}

/** Creates the fetcher, which turns a location into a {@link Page}. Nothing is opened before the first fetch. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const stop = new AbortController();
  const cache = options.cacheDir === null ? NO_CACHE : folderCache(options.cacheDir);
  let transport: Promise<Transport> | null = null;
  const fromSite = async ({ url: address, pastCaches }: UrlLocation): Promise<Page> => {
    const url = checkedUrl(address);
    transport ??= openClient(options, stop.signal);
    return fetchUrl(
      { url, pastCaches: pastCaches === true },
      { options, cache, transport: await transport, signal: stop.signal },
    );
  };
  return {
    fetch: async (location) => {
      if (location.type === "url") return fromSite(location);
      if (location.type === "file") return readFilePage(location.path, options.clock);
      return readStdinPage(options.stdin?.(), options.clock);
    },
    close: async () => {
      stop.abort();
      await transport?.then(
        (opened) => opened.close(),
        () => {},
      );
    },
  };
}

/** Loads the HTTP client on the first request to a site, because saved pages do not need it. */
async function openClient(options: FetcherOptions, signal: AbortSignal): Promise<Transport> {
  const { openTransport } = await import("./http.js");
  return openTransport({
    userAgent: options.userAgent,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    maxBytes: options.maxBytes ?? MAX_BYTES,
    env: options.env ?? process.env,
    signal,
  });
}

interface Parts {
  readonly options: FetcherOptions;
  readonly cache: PageCache;
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

function checkedUrl(address: string): string {
  const url = isUrl(address) ? new URL(address) : null;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.href;
  throw new PaperboyError("usage", {
    message: `cannot fetch ${withoutCredentials(address)}: it is not an http or https address`,
    hint: "Give the whole address, such as https://huggingface.co/papers/date/2026-10-02.",
  });
}

type UrlLocation = Extract<Location, { readonly type: "url" }>;

/** Headers that forbid a cache to answer without asking the site (RFC 9111 sections 5.2.1.4 and 5.4). */
const PAST_CACHES = { "cache-control": "no-cache", pragma: "no-cache" } as const;

interface Target {
  readonly url: string;
  readonly pastCaches: boolean;
}

async function fetchUrl({ url, pastCaches }: Target, { options, cache, transport, signal }: Parts): Promise<Page> {
  const {
    retries = 3,
    maxWaitMs = 120_000,
    random = Math.random,
    onWait = () => {},
    onCacheError = () => {},
  } = options;
  const sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));
  const saved = pastCaches ? null : await cache.load(url);
  const headersFor = (hop: string) => (pastCaches ? PAST_CACHES : hop === saved?.url ? validators(saved) : {});
  const attempt = async (): Promise<Page> => {
    const reply = await transport.get(url, headersFor);
    const fetchedAt = options.clock();
    if (reply.status === 304 && saved !== null) return pageOf(saved, fetchedAt, "cache");
    const page = pageIn(reply, fetchedAt);
    const cacheable = cacheablePage(reply, page.generatedAt ?? fetchedAt);
    if (cacheable) await cache.save(url, cacheable, fetchedAt).catch(onCacheError);
    return page;
  };
  return withRetries(attempt, {
    retries,
    maxWaitMs,
    random,
    onWait,
    sleep: async (ms) => {
      try {
        await sleep(ms, signal);
      } catch (cause) {
        throw new FetchFailed({ kind: "stopped", url, cause });
      }
    },
  });
}

/** Returns the headers of a conditional request (RFC 9110 section 13.1). */
function validators({ etag, lastModified }: SavedPage): Readonly<Record<string, string>> {
  return {
    ...(etag === null ? {} : { "if-none-match": etag }),
    ...(lastModified === null ? {} : { "if-modified-since": lastModified }),
  };
}

/** Returns what is saved of a response; null without a validator, or if the site forbids it (RFC 9111 section 5.2.2.5). */
function cacheablePage({ url, header, body }: Reply, generatedAt: Date): SavedPage | null {
  const [etag, lastModified] = [header("etag"), header("last-modified")];
  const forbidden = /\bno-store\b/i.test(header("cache-control") ?? "");
  if (forbidden || (etag === null && lastModified === null)) return null;
  return { url, etag, lastModified, contentType: header("content-type"), generatedAt, body };
}
