import { describe, expect, it } from "vitest";
import { palette, BACKGROUND } from "../../src/render/branding.js";

/** Relative luminance by WCAG 2.2, written a second time from its definition. */
function luminance(hex: string): number {
  return [1, 3, 5]
    .map((from) => Number.parseInt(hex.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("palette", () => {
  it.each(["#ffff00", "#000000", "#ffffff", "#7fb2ff", "#808080", "#b4301f", "not a colour"])(
    "makes %s readable by day and by night",
    (chosen) => {
      const { accent, accentDark } = palette(chosen);
      expect(contrast(accent, BACKGROUND.light)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accentDark, BACKGROUND.dark)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("keeps a colour with enough contrast", () => {
    expect(palette("#b4301f").accent).toBe("#b4301f");
  });
});
