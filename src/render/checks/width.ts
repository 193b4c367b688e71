import type { Check, Checked, Finding } from "./check.js";
import { pixels } from "./css.js";
import { elements, inlineStyle, select, pathOf, styleOf, ancestry } from "./elements.js";
import type { Element } from "./elements.js";

/** The width that every client can show, and the width of the narrowest phone, in pixels. */
const MAX_WIDTH = 600;
const PHONE_WIDTH = 320;
/** The longest word, in characters, that fits into a line of the narrowest phone. */
const LONGEST_WORD = 30;
/** The maximum length of the letter's labels in characters. Texts of papers are longer. */
const MAX_LABEL = 12;
/** Scripts without spaces. Their text can break anywhere. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;

/** Checks whether a phone shows the letter without horizontal scrolling. */
export const WIDTH_CHECKS: readonly Check[] = [
  {
    id: "width",
    severity: "error",
    requires: `the letter fits ${PHONE_WIDTH} to ${MAX_WIDTH} pixels: no wide fixed width, and long words can break`,
    fix: "Use `width: 100%; max-width: 600px` for tables, and `overflow-wrap: anywhere` around texts of papers.",
    run: (checked) => [...checkWidths(checked), ...checkBounds(checked), ...checkWords(checked)],
  },
];

function checkWidths({ $ }: Checked): Finding[] {
  return elements($).flatMap((element) => {
    const width = pixels(styleOf(element, "width")) ?? pixels(element.attribs["width"]);
    const least = pixels(styleOf(element, "min-width"));
    const message =
      tooWide(element, width) ?? (least !== null && least > PHONE_WIDTH ? `has a min-width of ${least} px` : null);
    return message === null ? [] : [{ message, where: pathOf($, element) }];
  });
}

function tooWide(element: Element, width: number | null): string | null {
  if (width === null || width <= PHONE_WIDTH) return null;
  if (width > MAX_WIDTH) return `has a fixed width of ${width} px`;
  return shrinks(element) ? null : `has a fixed width of ${width} px and no max-width: 100%`;
}

function shrinks(element: Element): boolean {
  return /^\d{1,3}%$/.test(styleOf(element, "max-width") ?? "");
}

/** Checks that all text is inside an element of at most 600 pixels, because longer lines are hard to read on a desktop. */
function checkBounds({ $, texts }: Checked): Finding[] {
  const outside = texts.filter(({ element }) => ![...ancestry(element)].some(isBounded));
  return outside.slice(0, 1).map(({ element }) => ({
    message: `text is outside of any element with a max-width of at most ${MAX_WIDTH} px`,
    where: pathOf($, element),
    count: outside.length,
  }));
}

function isBounded(element: Element): boolean {
  const most =
    pixels(styleOf(element, "max-width")) ?? pixels(styleOf(element, "width")) ?? pixels(element.attribs["width"]);
  return most !== null && most <= MAX_WIDTH;
}

/** Checks that long words and texts of papers, which may contain a word of any length, can break. */
function checkWords({ $, rules, texts, paperText }: Checked): Finding[] {
  const bySheet = rules
    .filter(({ media, declarations }) => media === null && declarations.some(breaks))
    .flatMap(({ selector }) => select($, selector));
  const breaking = new Set(bySheet);
  return texts
    .filter(({ element }) => ![...ancestry(element)].some((at) => breaking.has(at) || breaksInline(at)))
    .filter(({ text }) => hasLongWord(text) || (text.length > MAX_LABEL && paperText.includes(text)))
    .map(({ element }) => ({ message: "long words in it cannot break", where: pathOf($, element) }));
}

function hasLongWord(text: string): boolean {
  return text.split(/[\s-]+/u).some((word) => word.length > LONGEST_WORD && !UNSPACED.test(word));
}

function breaksInline(element: Element): boolean {
  return inlineStyle(element).some(breaks);
}

function breaks({ name, value }: { readonly name: string; readonly value: string }): boolean {
  if (name === "word-break") return value === "break-word" || value === "break-all";
  return (name === "overflow-wrap" || name === "word-wrap") && (value === "anywhere" || value === "break-word");
}
