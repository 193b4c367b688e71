import { applyRules } from "./styles.js";
import type { FindDeclaration, Scheme } from "./styles.js";
import type { Check, Checked, Finding } from "./check.js";
import { backgroundColour, contrastRatio, over, parseColour, showColour } from "./colours.js";
import type { Colour } from "./colours.js";
import { select, pathOf, ancestry } from "./elements.js";
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
  const find = applyRules($, rules, scheme);
  const canvas = CANVAS[scheme === "dark" && declaresDark(checked) ? "dark" : "light"];
  // Reports an element once, because all its texts have the same colours.
  return [...new Set(texts.map(({ element }) => element))].flatMap((element) => {
    const message = lowContrast(element, { find, canvas });
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

interface Painter {
  readonly find: FindDeclaration;
  readonly canvas: (typeof CANVAS)[Scheme];
}

function lowContrast(element: Element, painter: Painter): string | null {
  const ground = backgroundOf(element, painter);
  const text = textColour(element, painter);
  if (ground === null || text === null) return "this check cannot parse a colour";
  const ratio = contrastRatio(over(text, ground), ground);
  const least = isLarge(element, painter.find) ? MIN_CONTRAST.large : MIN_CONTRAST.ordinary;
  // Rounds down, so that 4.499 is not shown as 4.5.
  const shown = Math.floor(ratio * 100) / 100;
  return ratio < least
    ? `${showColour(text)} on ${showColour(ground)} has a contrast of ${shown}:1, less than ${least}:1`
    : null;
}

function textColour(element: Element, { find, canvas }: Painter): Colour | null {
  for (const at of ancestry(element)) {
    const value = find(at, ["color"])?.value ?? at.attribs["color"];
    if (value !== undefined && value !== "inherit") return parseColour(value);
    if (at.name === "a" && value === undefined && at.attribs["href"] !== undefined) return parseColour(canvas.link);
  }
  return parseColour(canvas.text);
}

/** Returns the colour behind an element: the backgrounds of the element and its ancestors, blended onto the canvas. */
function backgroundOf(element: Element, { find, canvas }: Painter): Colour | null {
  const layers: Colour[] = [];
  for (const at of ancestry(element)) {
    const value = find(at, ["background-color", "background"])?.value ?? at.attribs["bgcolor"];
    if (value === undefined || /^(?:none|inherit|initial|unset)$/.test(value)) continue;
    const colour = backgroundColour(value);
    if (colour === null) return null;
    layers.push(colour);
    if (colour.alpha === 1) break;
  }
  const bottom = parseColour(canvas.ground);
  return bottom && layers.reduceRight((ground, layer) => over(layer, ground), bottom);
}

function isLarge(element: Element, find: FindDeclaration): boolean {
  const size = inherited(element, (at) => fontSize(at, find)) ?? 16;
  const weight = inherited(element, (at) => fontWeight(at, find)) ?? "normal";
  const isBold = /^(?:bold|bolder|[6-9]\d\d)$/.test(weight);
  return size >= (isBold ? LARGE.bold : LARGE.plain);
}

function inherited<T>(element: Element, read: (at: Element) => T | null): T | null {
  for (const at of ancestry(element)) {
    const value = read(at);
    if (value !== null) return value;
  }
  return null;
}

/** Returns the size in pixels from `font-size: 22px` or `font: bold 22px/28px serif`; 16 for other units. */
function fontSize(element: Element, find: FindDeclaration): number | null {
  const declared = find(element, ["font-size", "font"]);
  if (declared === undefined) return null;
  const [, size] = /(?:^|\s)(\d+(?:\.\d+)?)px/.exec(declared.value) ?? [];
  return size === undefined ? 16 : Number(size);
}

function fontWeight(element: Element, find: FindDeclaration): string | null {
  const declared = find(element, ["font-weight", "font"]);
  if (declared?.name === "font") return /(?:^|\s)(bold|bolder|[1-9]00)\s/.exec(declared.value)?.[1] ?? "normal";
  if (declared) return declared.value;
  return /^(?:b|strong|th|h[1-6])$/.test(element.name) ? "bold" : null;
}
