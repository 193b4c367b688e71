import type { Check, Checked, Finding } from "./check.js";
import { memoize } from "../../core/memoize.js";
import { pixels } from "./css.js";
import { elements, isHidden, select, pathOf, inlineStyle, styleOf, within } from "./elements.js";
import type { Element } from "./elements.js";

/** Elements that run code, load resources or take input. Mail clients remove them or reject the letter. */
const ACTIVE: ReadonlySet<string> = new Set(
  "script form input button select textarea iframe frame frameset object embed applet base audio video source track portal".split(
    " ",
  ),
);

/** Checks whether the document suits screen readers and strict clients. */
export const STRUCTURE_CHECKS: readonly Check[] = [
  {
    id: "heading-order",
    // A warning, because WCAG requires headings but not an order.
    severity: "warning",
    requires: "the letter has one h1, and no heading skips a level",
    fix: "Use h1 only for the name of the letter, h2 for sections and h3 for papers.",
    run: checkHeadings,
  },
  {
    id: "no-active-content",
    severity: "error",
    requires:
      "the letter has no script, form, frame, object, event attribute, external style sheet or style that loads a resource",
    fix: "Remove it from the template. Mail clients would neither run nor load it.",
    run: (checked) => [...checkElements(checked), ...checkAttributes(checked), ...checkStyles(checked)],
  },
  {
    id: "language",
    severity: "error",
    requires: "the html element declares the language of the letter",
    fix: 'Write `<html lang="{{language}}" dir="{{dir}}">` in letter.html.hbs.',
    run: checkLanguage,
  },
];

function checkHeadings({ $ }: Checked): Finding[] {
  const headings = select($, "h1, h2, h3, h4, h5, h6").filter((element) => !isHidden(element));
  const firsts = headings.filter(({ name }) => name === "h1").length;
  const skipped = headings.filter((element, index) => levelOf(element) > levelOf(headings[index - 1]) + 1);
  return [
    ...(firsts === 1 ? [] : [{ message: `the letter has ${firsts} h1 headings` }]),
    ...skipped.map((element) => ({
      message: `${element.name} follows a heading more than one level above it`,
      where: pathOf($, element),
    })),
  ];
}

/** Returns the level of a heading; 0 before the first one. */
function levelOf(element: { readonly name: string } | undefined): number {
  return Number(element?.name.slice(1) ?? 0);
}

function checkElements({ $ }: Checked): Finding[] {
  const asking = select($, "link[rel], meta[http-equiv]").filter(({ name, attribs }) =>
    name === "meta"
      ? attribs["http-equiv"]?.toLowerCase() === "refresh"
      : (attribs["rel"] ?? "").split(/\s+/).some((word) => /^(?:stylesheet|preload|import)$/i.test(word)),
  );
  return [...elements($).filter(({ name }) => ACTIVE.has(name)), ...asking].map((element) => ({
    message: `active content: ${element.name}`,
    where: pathOf($, element),
  }));
}

function checkAttributes({ $ }: Checked): Finding[] {
  return elements($).flatMap((element) =>
    Object.entries(element.attribs)
      .filter(
        ([name, value]) =>
          /^on/i.test(name) || name === "background" || /^\s*(?:javascript|vbscript|data):/i.test(value),
      )
      .map(([name]) => ({ message: `active content: attribute ${name}`, where: pathOf($, element) })),
  );
}

function checkStyles({ $ }: Checked): Finding[] {
  const sheets = select($, "style").map((style) => ({ css: $(style).text(), where: () => "style" }));
  const inline = select($, "[style]").map((element) => ({
    css: element.attribs["style"] ?? "",
    where: () => pathOf($, element),
  }));
  const marksIn = memoize((css: string) =>
    [...css.matchAll(/@import|@font-face|url\s*\(|expression\s*\(|-moz-binding|behavior\s*:/gi)].map(([mark]) => mark),
  );
  return [...sheets, ...inline].flatMap(({ css, where }) =>
    marksIn(css).map((mark) => ({ message: `a style loads or runs something: ${mark}`, where: where() })),
  );
}

function checkLanguage({ letter, $ }: Checked): Finding[] {
  const lang = select($, "html")[0]?.attribs["lang"];
  if (!lang) return [{ message: "the html element has no lang attribute" }];
  return lang.toLowerCase() === letter.language.toLowerCase()
    ? []
    : [{ message: `lang is ${lang}, but the letter is in ${letter.language}` }];
}

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
  const isInside = within(isBounded);
  const outside = texts.filter(({ element }) => !isInside(element));
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
  const canBreak = within((at) => breaking.has(at) || breaksInline(at));
  return texts
    .filter(({ element }) => !canBreak(element))
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
