import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import { LIMITS, tagsIn } from "./limits.js";
import { decodeCfEmail, isPlaceholder } from "./cf-email.js";

/**
 * A page's HTML as a document, masked addresses undone. A page of the site is far from every limit here; they keep a
 * hostile one from costing minutes or gigabytes.
 * @returns the reason why it is no page, as a text, where it meets a limit.
 */
export function openHtml(body: string): CheerioAPI | string {
  if (body.length > LIMITS.body) return `it has ${body.length} characters`;
  if (tagsIn(body) > LIMITS.tags) return `it has more than ${LIMITS.tags} tags`;
  const $ = load(body);
  const odd = oddShape($);
  if (odd !== null) return odd;
  restoreCfEmailElements($);
  return $;
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
 * Why a document's shape is none of a page's, or null. Reading the text of an element takes as many calls inside each
 * other as its elements do, and a selector's work grows with the square of the nodes that stand beside each other.
 */
function oddShape($: CheerioAPI): string | null {
  const waiting = $.root()
    .toArray()
    .map((root) => ({ children: root.children, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { children, depth } = next;
    if (depth > LIMITS.depth) return `more than ${LIMITS.depth} elements stand inside each other`;
    if (children.length > LIMITS.siblings) return `more than ${LIMITS.siblings} nodes stand in one element`;
    for (const child of children) {
      if ("children" in child) waiting.push({ children: child.children, depth: depth + 1 });
    }
  }
  return null;
}
