import type { CheerioAPI, load } from "cheerio/slim";
import { parseDeclarations } from "./css.js";
import type { Declaration } from "./css.js";

type AnyNode = Exclude<Parameters<typeof load>[0], string | Buffer | readonly unknown[]>;
export type Element = Extract<AnyNode, { attribs: unknown }>;

/** A piece of text and the element that holds it. */
export interface TextPiece {
  readonly text: string;
  readonly element: Element;
}

const SILENT: ReadonlySet<string> = new Set(["head", "title", "style", "script", "template", "noscript"]);

/** What selectors found in each letter: several checks, and both colour schemes, ask for the same. */
const found = new WeakMap<CheerioAPI, Map<string, readonly Element[]>>();

/** All elements, in the order of the document. */
export function elements($: CheerioAPI): readonly Element[] {
  return matching($, "*");
}

/** Elements that a selector matches; states (`:hover`) and what is no selector match none. */
export function matching($: CheerioAPI, selector: string): readonly Element[] {
  const known = found.get($) ?? new Map<string, readonly Element[]>();
  found.set($, known);
  const matched = known.get(selector) ?? select($, selector);
  known.set(selector, matched);
  return matched;
}

function select($: CheerioAPI, selector: string): readonly Element[] {
  if (/:(?!root\b|not\(|first-child|last-child)/.test(selector)) return [];
  try {
    return $(selector)
      .toArray()
      .filter((node): node is Element => "attribs" in node);
  } catch {
    return [];
  }
}

/** The element around this one; null at the top. */
function parentOf(element: Element): Element | null {
  const { parent } = element;
  return parent && "attribs" in parent ? parent : null;
}

/** The element and those around it, from the inside out. */
export function* upwards(element: Element): Generator<Element> {
  for (let at: Element | null = element; at; at = parentOf(at)) yield at;
}

/** The value of an inline style property, as the last declaration gives it. */
export function styleOf(element: Element, name: string): string | undefined {
  return inlineStyle(element).findLast((declaration) => declaration.name === name)?.value;
}

const inlineStyles = new WeakMap<Element, readonly Declaration[]>();

/** The declarations of an element's own `style`, read once. */
export function inlineStyle(element: Element): readonly Declaration[] {
  const known = inlineStyles.get(element);
  if (known) return known;
  const declarations = parseDeclarations(element.attribs["style"] ?? "");
  inlineStyles.set(element, declarations);
  return declarations;
}

/** Whether a reader never sees it: preheaders and what clients do not show. */
export function isHidden(element: Element): boolean {
  for (const at of upwards(element)) if (SILENT.has(at.name) || hidesItself(at)) return true;
  return false;
}

function hidesItself(element: Element): boolean {
  if ("hidden" in element.attribs) return true;
  const style = element.attribs["style"];
  return (
    style !== undefined &&
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$))/i.test(style)
  );
}

/** The texts that a reader sees, in order, blanks made single; empty ones are left out. */
export function visibleTexts($: CheerioAPI): TextPiece[] {
  return elements($)
    .filter((element) => !isHidden(element))
    .flatMap((element) =>
      element.children.flatMap((child) =>
        child.nodeType === 3 && !isBlank(child.data) ? [{ text: single(child.data), element }] : [],
      ),
    );
}

/** Nothing to see: blanks, and the invisible characters that letters pad their preheader with. */
function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}\u034f]/u.test(text);
}

/** Blanks and line ends made single spaces; what is one already is passed over. */
export function single(text: string): string {
  return text.replaceAll(/ \s+|[^\S ]\s*/g, " ").trim();
}

/** Where an element stands, for people: `table > td.paper > a "PDF"`. */
export function pathOf($: CheerioAPI, element: Element): string {
  const steps = [...upwards(element)].slice(0, 3).map(nameOf).toReversed();
  const text = single($(element).text());
  return `${steps.join(" > ")}${text ? ` “${text.length > 40 ? `${text.slice(0, 39)}…` : text}”` : ""}`;
}

function nameOf({ name, attribs }: Element): string {
  const id = attribs["id"] ? `#${attribs["id"]}` : "";
  const first = (attribs["class"] ?? "").split(/\s+/).find(Boolean);
  return `${name}${id}${first ? `.${first}` : ""}`;
}
