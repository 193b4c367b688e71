import type { Check, Checked, Finding } from "./check.js";
import { elements, isHidden, select, pathOf } from "./elements.js";

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
  return [...sheets, ...inline].flatMap(({ css, where }) =>
    [...css.matchAll(/@import|@font-face|url\s*\(|expression\s*\(|-moz-binding|behavior\s*:/gi)].map(([mark]) => ({
      message: `a style loads or runs something: ${mark}`,
      where: where(),
    })),
  );
}

function checkLanguage({ letter, $ }: Checked): Finding[] {
  const lang = select($, "html")[0]?.attribs["lang"];
  if (!lang) return [{ message: "the html element has no lang attribute" }];
  return lang.toLowerCase() === letter.language.toLowerCase()
    ? []
    : [{ message: `lang is ${lang}, but the letter is in ${letter.language}` }];
}
