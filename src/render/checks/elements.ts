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

/** A letter's elements, walked through once, and what selectors found: several checks, and both colour schemes, ask for the same. */
interface Index {
  readonly all: readonly Element[];
  readonly found: Map<string, readonly Element[]>;
}
const indexes = new WeakMap<CheerioAPI, Index>();

/** All elements, in the order of the document. */
export function elements($: CheerioAPI): readonly Element[] {
  return indexOf($).all;
}

function indexOf($: CheerioAPI): Index {
  const known = indexes.get($);
  if (known) return known;
  const index = { all: allElements($.root().toArray()), found: new Map<string, readonly Element[]>() };
  readStyles(index.all);
  indexes.set($, index);
  return index;
}

type ChildNode = Element["children"][number];

function allElements(roots: readonly { readonly children: readonly ChildNode[] }[]): readonly Element[] {
  const all: Element[] = [];
  const waiting: ChildNode[] = roots.flatMap(({ children }) => children).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ("attribs" in next) all.push(next);
    if ("children" in next) waiting.push(...next.children.toReversed());
  }
  return all;
}

/** Elements that a selector matches; states (`:hover`) and what is no selector match none. */
export function matching($: CheerioAPI, selector: string): readonly Element[] {
  const { all, found } = indexOf($);
  const known = found.get(selector);
  if (known) return known;
  const tests = selector.split(",").map((part) => testFor(part.trim()));
  const matched = tests.every((test) => test !== null)
    ? all.filter((element) => tests.some((test) => test(element)))
    : select($, selector);
  found.set(selector, matched);
  return matched;
}

type Test = (element: Element) => boolean;

/** What nearly every selector of a letter is: a name, a class, that there is an attribute, or these in one. */
const PLAIN = /^([a-z][a-z0-9]*)?(?:\.([a-zA-Z_][\w-]*))?(?:\[([a-z-]+)\])?$/;

/** What such a selector asks; null for any other. The selectors' own engine takes ten times as long to begin with. */
function testFor(selector: string): Test | null {
  const [all, tag, word, attribute] = PLAIN.exec(selector) ?? [];
  if (!all) return null;
  return ({ name, attribs }) =>
    (tag === undefined || name === tag) &&
    (word === undefined || (attribs["class"] ?? "").split(/\s+/).includes(word)) &&
    (attribute === undefined || Object.hasOwn(attribs, attribute));
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
  const known = inlineStyles.get(element) ?? parseDeclarations(element.attribs["style"] ?? "");
  inlineStyles.set(element, known);
  return known;
}

/** Hundreds of elements of a letter share a few dozen styles: each is read once, and they share the list. */
function readStyles(all: readonly Element[]): void {
  const byText = new Map<string, readonly Declaration[]>();
  for (const element of all) {
    const text = element.attribs["style"] ?? "";
    const declarations = byText.get(text) ?? parseDeclarations(text);
    byText.set(text, declarations);
    inlineStyles.set(element, declarations);
  }
}

const hidden = new WeakMap<Element, boolean>();

/** Whether a reader never sees it: preheaders and what clients do not show. Each element is looked at once. */
export function isHidden(element: Element): boolean {
  const around: Element[] = [];
  let answer = false;
  for (const at of upwards(element)) {
    around.push(at);
    const known = hidden.get(at);
    answer = known ?? (SILENT.has(at.name) || hidesItself(at));
    if (answer || known !== undefined) break;
  }
  // All that was passed stands in the one that told.
  for (const at of around) hidden.set(at, answer);
  return answer;
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
