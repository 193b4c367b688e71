import type { Page } from "../core/model.js";
import { parseRetryAfter } from "../core/retry.js";
import type { SavedPage } from "./cache.js";
import { decodeText, isText, mediaTypeOf } from "./decode.js";
import { FetchFailed, kindOfStatus } from "./failures.js";
import type { Reply } from "./http.js";
import { refusalIn } from "./refusal.js";

/** The page in an answer. Throws `fetch-failed` when it is something else: an error, a robot check, a login, a picture. */
export function pageIn({ url, status, header, body }: Reply, fetchedAt: Date): Page {
  const contentType = header("content-type");
  const text = isText(mediaTypeOf(contentType), body);
  const page = pageOf({ url, contentType, body: text ? body : Buffer.alloc(0) }, fetchedAt, "network");
  const refusal = refusalIn({ header, body: page.body });
  if (refusal !== null) {
    throw new FetchFailed({ kind: refusal.kind, url, detail: `HTTP ${status}, told by ${refusal.by}` });
  }
  if (status !== 200) {
    // The site's own clock, where it tells the time: ours may be set by `--now`, or wrong.
    const now = new Date(Date.parse(header("date") ?? "") || fetchedAt);
    const retryAfterMs = parseRetryAfter(header("retry-after"), now);
    throw new FetchFailed({ kind: kindOfStatus(status), url, detail: `HTTP ${status}`, retryAfterMs });
  }
  if (!text) throw new FetchFailed({ kind: "not-text", url, detail: mediaTypeOf(contentType) ?? "binary" });
  return page;
}

/** A page out of bytes, whose type says how to read them. */
export function pageOf(
  { url, contentType, body }: Pick<SavedPage, "url" | "contentType" | "body">,
  fetchedAt: Date,
  from: Page["from"],
): Page {
  return { url, body: decodeText(body, contentType), mediaType: mediaTypeOf(contentType), fetchedAt, from };
}
