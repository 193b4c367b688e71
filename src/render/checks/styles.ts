import type { CheerioAPI } from "cheerio/slim";
import type { Declaration, Rule } from "./css.js";
import { inlineStyle, select } from "./elements.js";
import type { Element } from "./elements.js";

/** The two colour schemes of mail clients; rules without a media query apply in both. */
export type Scheme = "light" | "dark";

/** Returns the declaration of an element itself (not an inherited one) that wins among the named properties. */
export type FindDeclaration = (element: Element, names: readonly string[]) => Declaration | undefined;

/**
 * Applies the rules of the `<style>` elements to a letter, as a client does that supports them. Rules for narrow screens
 * are left out: they change sizes, not colours.
 */
export function applyRules($: CheerioAPI, rules: readonly Rule[], scheme: Scheme): FindDeclaration {
  const bySheet = new Map<Element, Declaration[]>();
  for (const { selector, declarations } of rulesOf(rules, scheme)) {
    for (const element of select($, selector)) {
      bySheet.set(element, [...(bySheet.get(element) ?? []), ...declarations]);
    }
  }
  return (element, names) => {
    // The sheet in rising specificity, then the style attribute; `!important` wins over both.
    const declared = [...(bySheet.get(element) ?? []), ...inlineStyle(element)].filter(({ name }) =>
      names.includes(name),
    );
    return declared.findLast(({ important }) => important) ?? declared.at(-1);
  };
}

/** Returns one rule for each selector of a scheme, in rising specificity; equal ones keep their order. */
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
