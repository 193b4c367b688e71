import { FIELDS } from "./fields.js";

/** Elements whose content is text, whatever it looks like: between them nothing can be told by its looks. */
const RAW = /<(?:script|style|textarea|title|template|noscript|noembed|noframes|iframe|xmp|plaintext)|<[!?](?!--)/i;

const ATTRIBUTES = String.raw`(?:[^"'<>]|"[^"]*"|'[^']*')*`;
const CURVES = String.raw`(?:<\/?(?:path|g|circle|rect|ellipse|line|polygon|polyline)\b${ATTRIBUTES}>)*`;
const PICTURE = String.raw`(<svg)\b${ATTRIBUTES}(>)${CURVES}(<\/svg>)`;
const TAG = String.raw`(<\/?[a-z]${ATTRIBUTES}>)`;
const COMMENT = "<!--[^<>]*-->";

/** Tags are found as well, so that no comment is taken out of an attribute. */
const FAT = new RegExp(`${PICTURE}|${TAG}|${COMMENT}`, "gi");

/** Classes that a selector names, and with them some other words. */
const SELECTORS = Object.values(FIELDS).flatMap(({ card }) => card?.at ?? []);
const NAMED = SELECTORS.join(" ").match(/(?<=\.|class=")[a-z][\w-]+/g) ?? [];
const UNNAMED_CLASS = String.raw`class="(?![^"]*(?:${NAMED.join("|")}))[^"<>]*"`;
const LOOKS = new RegExp(
  String.raw` (?:${UNNAMED_CLASS}|(?:alt|loading|decoding|crossorigin|onload|onerror|tabindex)="[^"<>]*")`,
  "g",
);

/**
 * The page with its cards less what no reader of them looks at: comments, drawn pictures, and how things are to look. That is
 * nearly all of a card, and of the time that it takes to read one as a document. Of a page that is written in another way too
 * much may go, so what is read of it counts only where it is just what the data says (page.ts).
 */
export function leanCards(page: string): string {
  const from = page.indexOf("<article");
  const to = page.lastIndexOf("</article>");
  const cards = from === -1 ? "" : page.slice(from, to);
  if (cards === "" || RAW.test(cards)) return page;
  return page.slice(0, from) + cards.replace(FAT, "$1$2$3$4").replace(LOOKS, "") + page.slice(to);
}
