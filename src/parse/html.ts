import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import { decodeCfEmail, isPlaceholder } from "./cf-email.js";
import { LIMITS, tagsIn } from "./limits.js";

/**
 * Parses HTML and restores addresses that Cloudflare masked. Refuses pages over the limits, because a hostile page could
 * otherwise take minutes or gigabytes.
 * @returns the document, or the reason for refusing it.
 */
export function openHtml(body: string): CheerioAPI | string {
  if (body.length > LIMITS.body) return `it has ${body.length} characters`;
  if (tagsIn(body) > LIMITS.tags) return `it has more than ${LIMITS.tags} tags`;
  const $ = load(withoutUnread(body));
  const reason = shapeProblem($);
  if (reason !== null) return reason;
  restoreCfEmailElements($);
  return $;
}

/**
 * Empties the paths of icons and removes the comments of the site's framework, such as `<!--[-->`. Nothing reads them, and they are a
 * third of a page without its data.
 */
function withoutUnread(body: string): string {
  return body.replaceAll(/<path [^<>]*>/g, "<path>").replaceAll(/<!--[[\]!\d-]*-->/g, "");
}

/** Whether a page ends before `</html>`. Such a page may lack cards. */
export function isTruncated(body: string): boolean {
  return !/<\/html\s*>/i.test(body.slice(-2_000));
}

function restoreCfEmailElements($: CheerioAPI): void {
  $('[data-cfemail], a[href*="/cdn-cgi/l/email-protection#"]').each((_, element) => {
    const masked = $(element);
    const hex = masked.attr("data-cfemail") ?? masked.attr("href")?.split("#")[1] ?? "";
    const text = isPlaceholder(masked.text()) ? decodeCfEmail(hex) : null;
    if (text !== null) masked.text(text);
  });
}

/**
 * Returns the problem with a document that is too deep or too wide; null if there is none. cheerio reads the text of an element
 * recursively, and the time for a selector grows with the square of the number of siblings.
 */
function shapeProblem($: CheerioAPI): string | null {
  const waiting = $.root()
    .toArray()
    .map((root) => ({ children: root.children, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { children, depth } = next;
    if (depth > LIMITS.depth) return `its elements are nested more than ${LIMITS.depth} deep`;
    if (children.length > LIMITS.siblings) return `an element has more than ${LIMITS.siblings} child nodes`;
    for (const child of children) {
      if ("children" in child) waiting.push({ children: child.children, depth: depth + 1 });
    }
  }
  return null;
}
