import type { CheerioAPI, load } from "cheerio/slim";
import { memoize } from "../../core/memoize.js";
import { parseDeclarations } from "./css.js";
import type { Declaration } from "./css.js";

type AnyNode = Exclude<Parameters<typeof load>[0], string | Buffer | readonly unknown[]>;
export type Element = Extract<AnyNode, { attribs: unknown }>;

/** A piece of text and the element that contains it. */
export interface TextPiece {
  readonly text: string;
  readonly element: Element;
}

/** Elements whose content clients do not show. */
const UNSEEN: ReadonlySet<string> = new Set(["head", "title", "style", "script", "template", "noscript"]);

/** Returns all elements in document order. */
export function elements($: CheerioAPI): readonly Element[] {
  return select($, "*");
}

/** The selected elements of each letter by selector. Several checks use the same selectors. */
const selected = new WeakMap<CheerioAPI, (selector: string) => readonly Element[]>();

/** Returns the elements that a selector matches, in document order; none for a state (`:hover`) or an invalid selector. */
export function select($: CheerioAPI, selector: string): readonly Element[] {
  const find = selected.get($) ?? memoize((each: string) => selectIn($, each));
  selected.set($, find);
  return find(selector);
}

function selectIn($: CheerioAPI, selector: string): readonly Element[] {
  if (/:(?!root\b|not\(|first-child|last-child)/.test(selector)) return [];
  try {
    return $(selector)
      .toArray()
      .filter((node): node is Element => "attribs" in node);
  } catch {
    return [];
  }
}

/** Yields the element and its ancestors, from the inside out. */
function* ancestry(element: Element): Generator<Element> {
  for (let at: Element | null = element; at !== null; at = parentOf(at)) yield at;
}

function parentOf({ parent }: Element): Element | null {
  return parent && "attribs" in parent ? parent : null;
}

/** Returns a function that reads a value of an element, or of its nearest ancestor with one. `below` is the parent's value. */
export function inherited<T>(
  initial: T,
  read: (at: Element, below: () => T) => T | undefined,
): (element: Element) => T {
  const value: (element: Element) => T = memoize((element) => {
    const parent = parentOf(element);
    const below = () => (parent === null ? initial : value(parent));
    const own = read(element, below);
    return own === undefined ? below() : own;
  });
  return value;
}

/** Returns a function that tells whether an element, or one of its ancestors, meets a condition. */
export function within(meets: (element: Element) => boolean): (element: Element) => boolean {
  return inherited(false, (at) => meets(at) || undefined);
}

/** Returns the value of an inline style property; the last declaration wins. */
export function styleOf(element: Element, name: string): string | undefined {
  return inlineStyle(element).findLast((declaration) => declaration.name === name)?.value;
}

/** Parsed style attributes. The hundreds of elements of a letter share a few dozen. */
const readStyle = memoize(parseDeclarations);

/** Returns the declarations of an element's own `style` attribute. */
export function inlineStyle(element: Element): readonly Declaration[] {
  return readStyle(element.attribs["style"] ?? "");
}

/** Whether clients hide an element, such as the preheader. */
export function isHidden(element: Element): boolean {
  return [...ancestry(element)].some(hidesContent);
}

function hidesContent({ name, attribs }: Element): boolean {
  const style = attribs["style"] ?? "";
  return (
    UNSEEN.has(name) ||
    "hidden" in attribs ||
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$))/i.test(style)
  );
}

/** Returns the visible texts that are not empty, in order, with singleSpaced spaces. */
export function visibleTexts($: CheerioAPI): TextPiece[] {
  return $.root()
    .children()
    .toArray()
    .flatMap((element) => textsIn(element));
}

function textsIn(element: Element): TextPiece[] {
  if (hidesContent(element)) return [];
  return element.children.flatMap((child) => {
    if ("attribs" in child) return textsIn(child);
    return child.nodeType === 3 && !isBlank(child.data) ? [{ text: singleSpaced(child.data), element }] : [];
  });
}

/** Whether a text has only white space and invisible characters, such as those that pad a preheader. */
function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}\u034f]/u.test(text);
}

/** Replaces each run of white space by a singleSpaced space. */
export function singleSpaced(text: string): string {
  return text.replaceAll(/ \s+|[^\S ]\s*/g, " ").trim();
}

/** Returns a readable path of an element: `table > td.paper > a “PDF”`. */
export function pathOf($: CheerioAPI, element: Element): string {
  const steps = [...ancestry(element)].slice(0, 3).map(nameOf).toReversed();
  const text = singleSpaced($(element).text());
  return `${steps.join(" > ")}${text ? ` “${text.length > 40 ? `${text.slice(0, 39)}…` : text}”` : ""}`;
}

function nameOf({ name, attribs }: Element): string {
  const id = attribs["id"] ? `#${attribs["id"]}` : "";
  const first = (attribs["class"] ?? "").split(/\s+/).find(Boolean);
  return `${name}${id}${first ? `.${first}` : ""}`;
}
