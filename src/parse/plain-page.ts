import { walkTags } from "./plain-tags.js";
import type { OpenTag } from "./plain-tags.js";
import { decodePlain } from "./slice.js";

/** An element of a card. */
export interface PlainElement {
  readonly name: string;
  /** Its attributes, as its tag wrote them. */
  readonly attributes: string;
  /** The element around it; null for the card itself. */
  readonly parent: PlainElement | null;
  /** What stands in it: elements, and texts with their references undone. */
  readonly children: (PlainElement | string)[];
  /** Its attributes once they were asked for (plain-select.ts). */
  values: ReadonlyMap<string, string> | null;
}

/** What is asked of a list page, without the rest of the document. */
export interface PlainPage {
  /** The page's own address (`og:url`). */
  readonly canonical: string;
  readonly title: string;
  /** Its cards in order, each the `article`. */
  readonly cards: readonly PlainElement[];
}

/** What may stand around a card. */
const AROUND_CARDS = new Set(["html", "body", "main", "section", "div"]);
/** What no card holds, and what is asked of the page alone. */
const OF_THE_PAGE = new Set(["article", "title", "meta", "link", "script", "style"]);

/**
 * Reads a list page, less its data, that is written in the plainest way (plain-tags.ts).
 * @returns null for any other page.
 */
export function readPlainPage(page: string): PlainPage | null {
  const found: Found = {
    open: [],
    element: null,
    cards: [],
    lists: 0,
    list: null,
    titles: 0,
    title: "",
    canonical: null,
  };
  const isRead = walkTags(page, {
    open: (tag) => isTargetPlain(found, tag) && (found.element ? openInCard(found, tag) : openOutside(found, tag)),
    text: (words) => takeText(found, words),
    close: () => closeElement(found),
  });
  const { canonical, title, cards } = found;
  return isRead && found.lists === 1 && canonical !== null ? { canonical, title, cards } : null;
}

interface Found {
  /** The names of the elements that are open outside of cards. */
  readonly open: string[];
  /** The innermost element of a card that is open. */
  element: PlainElement | null;
  readonly cards: PlainElement[];
  lists: number;
  /** How many elements are open around the list, while it is. */
  list: number | null;
  titles: number;
  title: string;
  canonical: string | null;
}

/** There is one list, without its data, which was cut out (slice.ts). */
function isTargetPlain(found: Found, { name, attributes, isLeaf }: OpenTag): boolean {
  const target = /data-target/i.test(attributes) ? attributesOf(attributes).get("data-target") : undefined;
  if (target === undefined) return true;
  if (target !== "DailyPapers") return decodePlain(target) === target;
  found.lists += 1;
  found.list = found.open.length;
  return name === "div" && !isLeaf && found.element === null && !attributesOf(attributes).has("data-props");
}

function openInCard(found: Found, { name, attributes, isLeaf }: OpenTag): boolean {
  const element: PlainElement = { name, attributes, parent: found.element, children: [], values: null };
  found.element?.children.push(element);
  if (!isLeaf) found.element = element;
  return !OF_THE_PAGE.has(name) && decodePlain(attributes) !== null;
}

function openOutside(found: Found, { name, attributes, isLeaf }: OpenTag): boolean {
  if (name === "article") return openCard(found, attributes);
  if (name === "title") found.titles += 1;
  if (!isLeaf) found.open.push(name);
  return name !== "meta" || !/og:url|property="[^"]*&/i.test(attributes) || takeAddress(found, attributes);
}

function openCard(found: Found, attributes: string): boolean {
  found.element = { name: "article", attributes, parent: null, children: [], values: null };
  found.cards.push(found.element);
  return found.list !== null && found.open.every((name) => AROUND_CARDS.has(name));
}

function takeAddress(found: Found, attributes: string): boolean {
  const values = attributesOf(attributes);
  const content = decodePlain(values.get("content") ?? "&");
  const isFirst = found.canonical === null;
  found.canonical ??= content;
  return isFirst && content !== null && values.get("property") === "og:url";
}

function takeText(found: Found, words: string): boolean {
  const isTitle = found.titles === 1 && found.open[found.open.length - 1] === "title";
  if (!found.element && !isTitle) return true;
  const text = decodePlain(words);
  if (isTitle) found.title += text ?? "";
  else if (text !== null) found.element?.children.push(text);
  return text !== null;
}

function closeElement(found: Found): void {
  if (found.element) {
    found.element = found.element.parent;
    return;
  }
  found.open.pop();
  if (found.open.length === found.list) found.list = null;
}

const ATTRIBUTE = /[ \t\r\n\f]+([a-zA-Z_:][\w:.-]*)(?:="([^"]*)")?/g;

/** The attributes of a tag, as it wrote their values: of two with the same name the first. */
export function attributesOf(attributes: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, written = "", value = ""] of attributes.matchAll(ATTRIBUTE)) {
    const name = written.toLowerCase();
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}
