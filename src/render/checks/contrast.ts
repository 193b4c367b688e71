import type { CheerioAPI } from "cheerio/slim";
import { memoize } from "../../core/memoize.js";
import { backgroundColour, contrastRatio, over, parseColour, showColour } from "../colours.js";
import type { Colour } from "../colours.js";
import type { Check, Checked, Finding } from "./check.js";
import type { Declaration, Rule } from "./css.js";
import { inherited, inlineStyle, pathOf, select } from "./elements.js";
import type { Element } from "./elements.js";

/** WCAG 2.2, success criterion 1.4.3 (AA). Large text has 24 px, or 18.66 px in bold. */
const MIN_CONTRAST = { ordinary: 4.5, large: 3 } as const;
const LARGE = { plain: 24, bold: 18.66 } as const;

/** Default colours of clients. The dark ones apply only to letters that declare a dark scheme. */
const CANVAS = {
  light: { text: "#000000", ground: "#ffffff", link: "#0000ee" },
  dark: { text: "#ffffff", ground: "#121212", link: "#9e9eff" },
} as const;

/** Checks whether every text has enough contrast. */
export const CONTRAST_CHECKS: readonly Check[] = [
  {
    id: "contrast",
    severity: "error",
    requires: "text has a contrast of at least 4.5:1 (3:1 if large), in light and in dark mode",
    fix: "Change the colour in the theme, and give dark mode a rule for every colour that the theme sets.",
    run: (checked) => [...checkScheme(checked, "light"), ...checkScheme(checked, "dark")],
  },
];

function checkScheme(checked: Checked, scheme: Scheme): Finding[] {
  const { $, rules, texts } = checked;
  const canvas = CANVAS[scheme === "dark" && declaresDark(checked) ? "dark" : "light"];
  const styles = computedStyles(applyRules($, rules, scheme), canvas);
  // Reports an element once, because all its texts have the same colours.
  return [...new Set(texts.map(({ element }) => element))].flatMap((element) => {
    const message = lowContrast(element, styles);
    return message === null ? [] : [{ message: `${scheme}: ${message}`, where: pathOf($, element) }];
  });
}

function declaresDark({ $, rules }: Checked): boolean {
  const bySheet = rules.some(({ declarations }) =>
    declarations.some(({ name, value }) => name === "color-scheme" && value.includes("dark")),
  );
  const declared = select($, "meta[name]").find(({ attribs }) => attribs["name"] === "color-scheme");
  return bySheet || /dark/i.test(declared?.attribs["content"] ?? "");
}

/** The inherited styles of elements. Each is computed once, because most texts of a letter share their ancestors. */
interface ComputedStyles {
  readonly text: (element: Element) => Colour | null;
  readonly ground: (element: Element) => Colour | null;
  readonly size: (element: Element) => number;
  readonly weight: (element: Element) => string;
}

function computedStyles(find: FindDeclaration, canvas: (typeof CANVAS)[Scheme]): ComputedStyles {
  const text = inherited(parseColour(canvas.text), (at) => {
    const value = find(at, ["color"])?.value ?? at.attribs["color"];
    if (value !== undefined && value !== "inherit") return parseColour(value);
    return at.name === "a" && value === undefined && at.attribs["href"] !== undefined
      ? parseColour(canvas.link)
      : undefined;
  });
  // The backgrounds of the element and its ancestors, blended onto the canvas.
  const ground = inherited(parseColour(canvas.ground), (at, below) => {
    const value = find(at, ["background-color", "background"])?.value ?? at.attribs["bgcolor"];
    if (value === undefined || /^(?:none|inherit|initial|unset)$/.test(value)) return undefined;
    const colour = backgroundColour(value);
    if (colour === null || colour.alpha === 1) return colour;
    const under = below();
    return under && over(colour, under);
  });
  const size = inherited(16, (at) => fontSize(at, find));
  const weight = inherited("normal", (at) => fontWeight(at, find));
  return { text, ground, size, weight };
}

function lowContrast(element: Element, styles: ComputedStyles): string | null {
  const ground = styles.ground(element);
  const text = styles.text(element);
  if (ground === null || text === null) return "this check cannot parse a colour";
  const ratio = contrastRatio(over(text, ground), ground);
  if (ratio >= MIN_CONTRAST.ordinary) return null;
  const least = isLarge(element, styles) ? MIN_CONTRAST.large : MIN_CONTRAST.ordinary;
  // Rounds down, so that 4.499 is not shown as 4.5.
  const shown = Math.floor(ratio * 100) / 100;
  return ratio < least
    ? `${showColour(text)} on ${showColour(ground)} has a contrast of ${shown}:1, less than ${least}:1`
    : null;
}

function isLarge(element: Element, { size, weight }: ComputedStyles): boolean {
  const isBold = /^(?:bold|bolder|[6-9]\d\d)$/.test(weight(element));
  return size(element) >= (isBold ? LARGE.bold : LARGE.plain);
}

/** Returns the size in pixels from `font-size: 22px` or `font: bold 22px/28px serif`; 16 for other units. */
function fontSize(element: Element, find: FindDeclaration): number | undefined {
  const declared = find(element, ["font-size", "font"]);
  if (declared === undefined) return undefined;
  const [, size] = /(?:^|\s)(\d+(?:\.\d+)?)px/.exec(declared.value) ?? [];
  return size === undefined ? 16 : Number(size);
}

function fontWeight(element: Element, find: FindDeclaration): string | undefined {
  const declared = find(element, ["font-weight", "font"]);
  if (declared?.name === "font") return /(?:^|\s)(bold|bolder|[1-9]00)\s/.exec(declared.value)?.[1] ?? "normal";
  if (declared) return declared.value;
  return /^(?:b|strong|th|h[1-6])$/.test(element.name) ? "bold" : undefined;
}

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
  // The style attribute overrides the sheet, which is in rising specificity; `!important` overrides both.
  const declared = memoize((element: Element) => [...(bySheet.get(element) ?? []), ...inlineStyle(element)]);
  return (element, names) => {
    const isNamed = ({ name }: Declaration) => names.includes(name);
    const all = declared(element);
    return all.findLast((each) => each.important && isNamed(each)) ?? all.findLast(isNamed);
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
