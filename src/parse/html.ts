import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import { LIMITS } from "./limits.js";
import { decodeMask, isPlaceholder } from "./masked.js";

/** Elements that hold nothing and are never closed (HTML, "Void elements"). */
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));
const TAG = /<(\/?)([a-z][^\s/>]{0,100})[^<>]{0,2000}?(\/?)>/gi;

/**
 * A page's HTML as a document, masked addresses undone. A page of the site is far from every limit here; they keep a
 * hostile one from costing minutes or gigabytes.
 * @returns the reason why it is no page, as a text, where it meets a limit.
 */
export function openHtml(body: string): CheerioAPI | string {
  if (body.length > LIMITS.body) return `it has ${body.length} characters`;
  if (countTags(body) > LIMITS.tags) return `it has more than ${LIMITS.tags} tags`;
  if (isTooDeep(body)) return `more than ${LIMITS.depth} elements stand inside each other`;
  const $ = load(body);
  $('[data-cfemail], a[href*="/cdn-cgi/l/email-protection#"]').each((_, element) => {
    const masked = $(element);
    const hex = masked.attr("data-cfemail") ?? masked.attr("href")?.split("#")[1] ?? "";
    const text = isPlaceholder(masked.text()) ? decodeMask(hex) : null;
    if (text !== null) masked.text(text);
  });
  return $;
}

/** Whether the page came to its end; one that was cut off has lost cards. */
export function isWhole(body: string): boolean {
  return /<\/html\s*>/i.test(body.slice(-2_000));
}

function countTags(body: string): number {
  let count = 0;
  for (let at = body.indexOf("<"); at !== -1 && count <= LIMITS.tags; at = body.indexOf("<", at + 1)) count += 1;
  return count;
}

/** A walk over the tags with a short memory: the parser itself searches all open elements at every end tag. */
function isTooDeep(body: string): boolean {
  const open: string[] = [];
  for (const [, end, name = "", selfClosed] of body.matchAll(TAG)) {
    const tag = name.toLowerCase();
    if (end) {
      const at = open.lastIndexOf(tag);
      if (at !== -1) open.length = at;
    } else if (!selfClosed && !VOID.has(tag)) {
      open.push(tag);
    }
    if (open.length > LIMITS.depth) return true;
  }
  return false;
}
