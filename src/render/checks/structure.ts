import type { Check, Checked, Finding } from "./check.js";
import { elements, isHidden, select, pathOf } from "./elements.js";

/** Elements that run, load or ask for something; mail clients strip them or refuse the letter. */
const ACTIVE: ReadonlySet<string> = new Set(
  "script form input button select textarea iframe frame frameset object embed applet base audio video source track portal".split(
    " ",
  ),
);

/** Bones of the document, for screen readers and for clients that trust nobody. */
export const STRUCTURE_CHECKS: readonly Check[] = [
  {
    id: "heading-order",
    // WCAG asks for headings, not for their order: a letter out of order is worth a look, not worth withholding.
    severity: "warning",
    looksAt: "one first heading, and no level skipped",
    mend: "Use h1 for the letter's name alone, h2 for its sections and h3 for papers.",
    run: lookAtHeadings,
  },
  {
    id: "no-active-content",
    severity: "error",
    looksAt: "no script, form, frame, object, event attribute, external style sheet or style that loads something",
    mend: "Take it out of the template: a letter is read, it does not run or load.",
    run: (checked) => [...lookAtElements(checked), ...lookAtAttributes(checked), ...lookAtStyles(checked)],
  },
  {
    id: "language",
    severity: "error",
    looksAt: "the html element has the letter's language",
    mend: 'Write `<html lang="{{language}}" dir="{{dir}}">` in letter.html.hbs.',
    run: lookAtLanguage,
  },
];

function lookAtHeadings({ $ }: Checked): Finding[] {
  const headings = select($, "h1, h2, h3, h4, h5, h6").filter((element) => !isHidden(element));
  const firsts = headings.filter(({ name }) => name === "h1").length;
  const skipped = headings.filter((element, index) => levelOf(element) > levelOf(headings[index - 1]) + 1);
  return [
    ...(firsts === 1 ? [] : [{ message: `there are ${firsts} h1 headings` }]),
    ...skipped.map((element) => ({
      message: `${element.name} follows a heading that is more than one level above`,
      where: pathOf($, element),
    })),
  ];
}

/** 0 before the first heading. */
function levelOf(element: { readonly name: string } | undefined): number {
  return Number(element?.name.slice(1) ?? 0);
}

function lookAtElements({ $ }: Checked): Finding[] {
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

function lookAtAttributes({ $ }: Checked): Finding[] {
  return elements($).flatMap((element) =>
    Object.entries(element.attribs)
      .filter(
        ([name, value]) =>
          /^on/i.test(name) || name === "background" || /^\s*(?:javascript|vbscript|data):/i.test(value),
      )
      .map(([name]) => ({ message: `active content: the attribute ${name}`, where: pathOf($, element) })),
  );
}

function lookAtStyles({ $ }: Checked): Finding[] {
  const sheets = select($, "style").map((style) => ({ css: $(style).text(), where: () => "style" }));
  const inline = select($, "[style]").map((element) => ({
    css: element.attribs["style"] ?? "",
    where: () => pathOf($, element),
  }));
  return [...sheets, ...inline].flatMap(({ css, where }) =>
    [...css.matchAll(/@import|@font-face|url\s*\(|expression\s*\(|-moz-binding|behavior\s*:/gi)].map(([mark]) => ({
      message: `a style that loads or runs something: ${mark}`,
      where: where(),
    })),
  );
}

function lookAtLanguage({ letter, $ }: Checked): Finding[] {
  const lang = select($, "html")[0]?.attribs["lang"];
  if (!lang) return [{ message: "the html element has no lang attribute" }];
  return lang.toLowerCase() === letter.language.toLowerCase()
    ? []
    : [{ message: `lang is ${lang}, and the letter is in ${letter.language}` }];
}
