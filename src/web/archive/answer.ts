import { createHash } from "node:crypto";
import { note } from "../info-page.js";
import type { ArchiveDocument } from "./document.js";
import type { Desk, SiteContext } from "../context.js";

/** How long a proxy or a browser may show an answer without asking again, in seconds. */
const MAX_AGE = 300;

/** A document with the tag by which it is known again. */
export interface TaggedDocument extends ArchiveDocument {
  readonly tag: string;
}

export function tagged(document: ArchiveDocument): TaggedDocument {
  return { ...document, tag: `"${createHash("sha256").update(document.body).digest("base64url").slice(0, 22)}"` };
}

/** Answers with a document, or that the one which the visitor has is still right (RFC 9110, section 13). */
export function answerWith(context: SiteContext, { body, type, changedAt, tag }: TaggedDocument): Response {
  const headers = {
    ETag: tag,
    "Cache-Control": `public, max-age=${MAX_AGE}`,
    ...(changedAt === null ? {} : { "Last-Modified": changedAt.toUTCString() }),
  };
  if (isKnown(context, tag, changedAt)) return context.body(null, 304, headers);
  return context.body(body, 200, { ...headers, "Content-Type": type });
}

/** A tag counts more than a time (section 13.2.2), and tags are compared weakly (section 13.1.2). */
function isKnown({ req }: SiteContext, tag: string, changedAt: Date | null): boolean {
  const tags = req.header("if-none-match");
  if (tags !== undefined) return tags.split(",").some((one) => ["*", tag].includes(one.trim().replace(/^W\//, "")));
  const since = Date.parse(req.header("if-modified-since") ?? "");
  // A time of HTTP knows no parts of a second.
  return changedAt !== null && Math.floor(changedAt.getTime() / 1000) * 1000 <= since;
}

/** There is no such page, or not any more. */
export function nothingHere(context: SiteContext, desk: Desk): Response {
  const links = [{ url: `${desk.base}/archive`, message: "nav.archive" }];
  return note(context, desk, { name: "missing", status: 404, links });
}
