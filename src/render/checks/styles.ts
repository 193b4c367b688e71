import type { CheerioAPI } from "cheerio/slim";
import type { Declaration, Rule } from "./css.js";
import { inlineStyle, select } from "./elements.js";
import type { Element } from "./elements.js";

/** The two colour schemes of mail clients; rules without a media query apply in both. */
export type Scheme = "light" | "dark";

/** Returns the declaration that takes precedence among the named properties of an element. Ignores inherited declarations. */
export type FindDeclaration = (element: Element, names: readonly string[]) => Declaration | undefined;

/**
 * Applies the rules of the `<style>` elements to a letter. Ignores rules for narrow screens, which change sizes but not
 * colours.
 */
export function applyRules($: CheerioAPI, rules: readonly Rule[], scheme: Scheme): FindDeclaration {
  const bySheet = new Map<Element, Declaration[]>();
  for (const { selector, declarations } of rulesOf(rules, scheme)) {
    for (const element of select($, selector)) {
      bySheet.set(element, [...(bySheet.get(element) ?? []), ...declarations]);
    }
  }
  return (element, names) => {
    // The style attribute overrides the sheet, which is in rising specificity; `!important` overrides both.
    const declared = [...(bySheet.get(element) ?? []), ...inlineStyle(element)].filter(({ name }) =>
      names.includes(name),
    );
    return declared.findLast(({ important }) => important) ?? declared.at(-1);
  };
}

/** Returns one rule for each selector of a scheme, in rising specificity. Rules of equal specificity keep their order. */
function rulesOf(rules: readonly Rule[], scheme: Scheme): Rule[] {
  return rules
    .filter(({ media }) => media === null || /^(?:all|screen)$/.test(media) || isMediaOf(scheme).test(media))
    .flatMap((rule) => rule.selector.split(",").map((selector) => ({ ...rule, selector })))
    .toSorted((one, other) => specificity(one.selector) - specificity(other.selector));
}

function isMediaOf(scheme: Scheme): RegExp {
  return new RegExp(`prefers-color-scheme: ?${scheme}`);
}

/** Selectors Level 4, section 17, for simple selectors: ids, then classes, attributes and states, then element names. */
function specificity(selector: string): number {
  const count = (pattern: RegExp) => selector.match(pattern)?.length ?? 0;
  return (
    count(/#[\w-]+/g) * 10_000 + count(/\.[\w-]+|\[[^\]]*\]|:[\w-]+/g) * 100 + count(/(?<![\w.#:[-])[a-z][\w-]*/gi)
  );
}
