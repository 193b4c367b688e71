import { describe, expect, it } from "vitest";
import { backgroundColour, contrastRatio, over, parseColour, showColour } from "../../src/render/colours.js";
import type { Colour } from "../../src/render/colours.js";

function colour(text: string): Colour {
  const parsed = parseColour(text);
  if (!parsed) throw new Error(`no colour: ${text}`);
  return parsed;
}

describe("parseColour", () => {
  it.each([
    ["#fff", "#ffffff", 1],
    ["#1C1A17", "#1c1a17", 1],
    ["#00000080", "#000000", 128 / 255],
    ["rgb(28, 26, 23)", "#1c1a17", 1],
    ["rgba(28,26,23,.5)", "#1c1a17", 0.5],
    ["rgb(100% 0% 0% / 50%)", "#ff0000", 0.5],
    ["white", "#ffffff", 1],
    ["transparent", "#000000", 0],
  ])("%s", (text, shown, alpha) => {
    expect(showColour(colour(text))).toBe(shown);
    expect(colour(text).alpha).toBeCloseTo(alpha, 3);
  });

  it.each(["", "#12", "#12345g", "rgb(1,2)", "rgb(a,b,c)", "mauve-ish", "var(--ink)"])(
    "returns null for %j",
    (text) => {
      expect(parseColour(text)).toBeNull();
    },
  );
});

it.each([
  ["#fff none", "#ffffff"],
  ["none repeat rgba(0, 0, 0, 1)", "#000000"],
])("finds the colour of the background %s", (value, shown) => {
  const found = backgroundColour(value);
  expect(found && showColour(found)).toBe(shown);
});

it("blends a translucent colour with its background", () => {
  expect(showColour(over(colour("rgba(0,0,0,.5)"), colour("#ffffff")))).toBe("#808080");
});

// Published pairs: #767676 is the lightest grey that passes AA on white, #777777 the first that does not.
it.each([
  ["#000000", "#ffffff", 21],
  ["#ffffff", "#ffffff", 1],
  ["#767676", "#ffffff", 4.54],
  ["#777777", "#ffffff", 4.48],
  ["#ff0000", "#ffffff", 4],
])("the contrast of %s and %s is %s:1 in either order", (one, other, ratio) => {
  expect(contrastRatio(colour(one), colour(other))).toBeCloseTo(ratio, 1);
  expect(contrastRatio(colour(other), colour(one))).toBe(contrastRatio(colour(one), colour(other)));
});
