import { attributesOf } from "./plain-page.js";
import type { PlainElement } from "./plain-page.js";
import { decodePlain } from "./slice.js";

/** Whether an element of a card is what a selector asks for. */
type Test = (element: PlainElement) => boolean;

/** The value of an attribute, its references undone; undefined where there is none. */
export function valueOf(element: PlainElement, name: string): string | undefined {
  element.values ??= attributesOf(element.attributes);
  const value = element.values.get(name);
  return value === undefined ? undefined : (decodePlain(value) ?? undefined);
}

/** All text in an element. */
export function textOf({ children }: PlainElement): string {
  return children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

/** The elements in a card, in the order of the page. */
export function elementsIn(card: PlainElement): readonly PlainElement[] {
  const all: PlainElement[] = [];
  const add = ({ children }: PlainElement): void => {
    for (const child of children) {
      if (typeof child === "string") continue;
      all.push(child);
      add(child);
    }
  };
  add(card);
  return all;
}

const known = new Map<string, Test>();

/**
 * What a selector of a card (fields.ts) asks of an element; the card itself is no part of it.
 * @throws Error for a selector that asks in another way than those do.
 */
export function testFor(selector: string): Test {
  const test = known.get(selector) ?? readSelector(selector);
  if (test === null) throw new Error(`no card is asked for ${selector}: see src/parse/plain-select.ts`);
  known.set(selector, test);
  return test;
}

/** One kind of part of a selector, such as `.class`, and the test that it is. */
const PARTS: readonly (readonly [form: RegExp, test: (found: readonly string[]) => Test | null])[] = [
  [
    /^[a-z][a-z0-9]*/,
    ([name]) =>
      (element) =>
        element.name === name,
  ],
  [/^\.([\w-]+)/, ([, name = ""]) => testWord(name)],
  [/^\[([a-z-]+)([*^$]?)="([^"&'<>]+)"\]/, ([, name = "", how = "", value = ""]) => testValue({ name, how, value })],
  [/^:not\(:has\(\*\)\)/, () => (element) => element.children.every((child) => typeof child === "string")],
  [/^:has\(> ([^()]+)\)/, ([, selector = ""]) => testChild(selector)],
  [/^:not\(([^()]+)\)/, ([, selector = ""]) => not(readSelector(selector))],
  [
    /^:nth-of-type\((\d)\)/,
    ([, place]) =>
      (element) =>
        placeOf(element) === Number(place),
  ],
];

function readSelector(selector: string): Test | null {
  let test: Test | null = null;
  for (let rest = selector; rest !== "";) {
    const between = /^ (?:> )?/.exec(rest)?.[0] ?? "";
    const { own, length } = readCompound(rest.slice(between.length));
    if (own === null) return null;
    test = test === null ? own : join({ around: test, own, isParent: between === " > " });
    rest = rest.slice(between.length + length);
  }
  return test;
}

/** The parts up to the next blank. */
function readCompound(text: string): { readonly own: Test | null; readonly length: number } {
  const tests: Test[] = [];
  let rest = text;
  while (rest !== "" && !rest.startsWith(" ")) {
    const part = readPart(rest);
    if (part === null) return { own: null, length: 0 };
    tests.push(part.test);
    rest = rest.slice(part.length);
  }
  const own: Test = (element) => tests.every((test) => test(element));
  return { own: tests.length === 0 ? null : own, length: text.length - rest.length };
}

function readPart(text: string): { readonly test: Test; readonly length: number } | null {
  for (const [form, make] of PARTS) {
    const found = form.exec(text);
    const test = found && make(found);
    if (found && test) return { test, length: found[0].length };
  }
  return null;
}

interface Joint {
  readonly around: Test;
  readonly own: Test;
  readonly isParent: boolean;
}

function join({ around, own, isParent }: Joint): Test {
  return (element) => {
    if (!own(element)) return false;
    for (let outer = element.parent; outer?.parent; outer = isParent ? null : outer.parent) {
      if (around(outer)) return true;
    }
    return false;
  };
}

function testWord(word: string): Test {
  return (element) =>
    element.attributes.includes(word) && (valueOf(element, "class") ?? "").split(/[ \t\r\n\f]+/).includes(word);
}

const HOW: Readonly<Record<string, (text: string, value: string) => boolean>> = {
  "": (text, value) => text === value,
  "*": (text, value) => text.includes(value),
  "^": (text, value) => text.startsWith(value),
  $: (text, value) => text.endsWith(value),
};

function testValue({ name, how, value }: Readonly<Record<"name" | "how" | "value", string>>): Test | null {
  const holds = HOW[how];
  if (holds === undefined) return null;
  // No reference that is undone stands for any sign of a selector's value, so it is there as it is.
  return (element) => element.attributes.includes(value) && holds(valueOf(element, name) ?? "", value);
}

function testChild(selector: string): Test | null {
  const test = readSelector(selector);
  return test && (({ children }) => children.some((child) => typeof child !== "string" && test(child)));
}

function not(test: Test | null): Test | null {
  return test && ((element) => !test(element));
}

/** The place of an element among those of its name beside it, from 1. */
function placeOf(element: PlainElement): number {
  const beside = element.parent?.children ?? [];
  return beside.filter((child) => typeof child !== "string" && child.name === element.name).indexOf(element) + 1;
}
