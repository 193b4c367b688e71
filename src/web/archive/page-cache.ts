import { createHash } from "node:crypto";
import type { RequestContext, SiteContext } from "../context.js";
import type { ArchiveDocument } from "./document.js";

/** Caches values that were computed from the archive, until the archive changes. */
export interface PageCache {
  /** Returns the cached value of `key`, or calls `make` and caches the result. Does not cache null. */
  get<T extends object>(key: string, make: () => Promise<T | null>): Promise<T | null>;
}

/** The maximum number of entries, more than the pages that are read on a busy day. The least recently used entry is evicted. */
const MAX_ENTRIES = 64;

/** Creates a cache that is emptied when the version of the store's archive changes. */
export function createPageCache({ store }: { readonly store: Pick<SiteContext["store"], "archive"> }): PageCache {
  let version = "";
  const entries = new Map<string, object>();
  return {
    get: async <T extends object>(key: string, make: () => Promise<T | null>): Promise<T | null> => {
      const current = await store.archive.version();
      if (current !== version) entries.clear();
      version = current;
      const cached = entries.get(key) as T | undefined;
      const value = cached ?? (await make());
      // The archive may have changed while `make` ran; its result may then be outdated.
      if (value === null || version !== current) return value;
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      return value;
    },
  };
}

/** How long caches may use a response without revalidation, in seconds. */
const MAX_AGE = 300;

/** A document with its entity tag. */
export interface TaggedDocument extends ArchiveDocument {
  readonly tag: string;
}

/** Adds a strong entity tag: a hash of the body. */
export function withTag(document: ArchiveDocument): TaggedDocument {
  return { ...document, tag: `"${createHash("sha256").update(document.body).digest("base64url").slice(0, 22)}"` };
}

/** Responds with a document, or with 304 if the client has the current version (RFC 9110, section 13). */
export function respondWith(context: RequestContext, { body, type, changedAt, tag }: TaggedDocument): Response {
  const headers = {
    ETag: tag,
    "Cache-Control": `public, max-age=${MAX_AGE}`,
    ...(changedAt === null ? {} : { "Last-Modified": changedAt.toUTCString() }),
  };
  if (isCurrent(context, tag, changedAt)) return context.body(null, 304, headers);
  return context.body(body, 200, { ...headers, "Content-Type": type });
}

/** If-None-Match takes precedence over If-Modified-Since (section 13.2.2) and is compared weakly (section 13.1.2). */
function isCurrent({ req }: RequestContext, tag: string, changedAt: Date | null): boolean {
  const tags = req.header("if-none-match");
  if (tags !== undefined) return tags.split(",").some((one) => ["*", tag].includes(one.trim().replace(/^W\//, "")));
  const since = Date.parse(req.header("if-modified-since") ?? "");
  // HTTP dates have a resolution of one second.
  return changedAt !== null && Math.floor(changedAt.getTime() / 1000) * 1000 <= since;
}
