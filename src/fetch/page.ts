import type { Page } from "../core/model.js";
import { parseRetryAfter } from "../core/retry.js";
import type { SavedPage } from "./cache.js";
import { decodeText, isText, mediaTypeOf } from "./bytes.js";
import { FetchFailed, kindOfStatus } from "./failures.js";
import type { Reply } from "./http.js";
import { refusalIn } from "./refusal.js";

/** Returns the page in a response. Throws `fetch-failed` for an error status, a bot check, a login page or a response that is not text. */
export function pageIn({ url, status, header, body }: Reply, fetchedAt: Date): Page {
  const contentType = header("content-type");
  const text = isText(mediaTypeOf(contentType), body);
  const saved = { url, contentType, body: text ? body : Buffer.alloc(0), generatedAt: generatedAt(header, fetchedAt) };
  const page = pageOf(saved, fetchedAt, "network");
  const refusal = refusalIn({ header, body: page.body });
  if (refusal !== null) {
    throw new FetchFailed({ kind: refusal.kind, url, detail: `HTTP ${status}, recognized by ${refusal.by}` });
  }
  if (status !== 200) {
    // Prefers the `Date` of the response, because `--now` may set the local clock, or it may be wrong.
    const now = new Date(Date.parse(header("date") ?? "") || fetchedAt);
    const retryAfterMs = parseRetryAfter(header("retry-after"), now);
    throw new FetchFailed({ kind: kindOfStatus(status), url, detail: `HTTP ${status}`, retryAfterMs });
  }
  if (!text) throw new FetchFailed({ kind: "not-text", url, detail: mediaTypeOf(contentType) ?? "binary" });
  return page;
}

/**
 * Returns when the site generated a response. Caches keep its `Date` and state its `Age` (RFC 9111 section 5.1); some set `Date`
 * anew. The earliest instant counts.
 */
function generatedAt(header: Reply["header"], fetchedAt: Date): Date {
  const date = Date.parse(header("date") ?? "");
  const age = Number.parseInt(header("age") ?? "", 10) * 1000;
  const instants = [Number(fetchedAt), date, Number(fetchedAt) - age].filter((instant) => !Number.isNaN(instant));
  return new Date(Math.max(0, Math.min(...instants)));
}

/** Decodes bytes to a page. */
export function pageOf(
  { url, contentType, body, generatedAt }: Pick<SavedPage, "url" | "contentType" | "body" | "generatedAt">,
  fetchedAt: Date,
  from: Page["from"],
): Page {
  return {
    url,
    body: decodeText(body, contentType),
    mediaType: mediaTypeOf(contentType),
    fetchedAt,
    generatedAt,
    from,
  };
}
