/** Red, green, blue (0 to 255) and opacity (0 to 1). */
export interface Colour {
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

/** The colour names of HTML 4 and a few others. Other names are reported as findings. */
const NAMES: Readonly<Record<string, string>> = {
  black: "#000000",
  silver: "#c0c0c0",
  gray: "#808080",
  grey: "#808080",
  white: "#ffffff",
  maroon: "#800000",
  red: "#ff0000",
  purple: "#800080",
  fuchsia: "#ff00ff",
  green: "#008000",
  lime: "#00ff00",
  olive: "#808000",
  yellow: "#ffff00",
  navy: "#000080",
  blue: "#0000ff",
  teal: "#008080",
  aqua: "#00ffff",
  orange: "#ffa500",
  transparent: "#00000000",
};

/** Parses `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()` and common names; null for anything else. */
export function parseColour(text: string): Colour | null {
  const value = text.trim().toLowerCase();
  const hex = /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.exec(NAMES[value] ?? value)?.[1];
  if (hex !== undefined) return fromHex(hex);
  const [, inner] = /^rgba?\(([^)]*)\)$/.exec(value) ?? [];
  const parts =
    inner
      ?.split(/[\s,/]+/)
      .filter(Boolean)
      .map(channel) ?? [];
  const [red, green, blue, alpha = 1] = parts;
  if (red === undefined || green === undefined || blue === undefined || parts.some(Number.isNaN)) return null;
  return { rgb: [red, green, blue], alpha };
}

function channel(part: string, index: number): number {
  const scale = index === 3 ? 1 : 255;
  return part.endsWith("%") ? (Number(part.slice(0, -1)) / 100) * scale : Number(part);
}

function fromHex(hex: string): Colour {
  const full = hex.length <= 4 ? hex.replaceAll(/./g, "$&$&") : hex;
  const byte = (index: number) => Number.parseInt(full.slice(index * 2, index * 2 + 2), 16);
  return { rgb: [byte(0), byte(1), byte(2)], alpha: full.length === 8 ? byte(3) / 255 : 1 };
}

/** Returns the colour in a `background` shorthand, such as `#fff` in `#fff none`; null if it has none. */
export function backgroundColour(value: string): Colour | null {
  const words = value.match(/rgba?\([^)]*\)|[^\s]+/g) ?? [];
  return words.map(parseColour).find((colour) => colour !== null) ?? null;
}

/** Blends a colour onto an opaque one. */
export function over(top: Colour, ground: Colour): Colour {
  const mix = (index: 0 | 1 | 2) => top.rgb[index] * top.alpha + ground.rgb[index] * (1 - top.alpha);
  return { rgb: [mix(0), mix(1), mix(2)], alpha: 1 };
}

/** Returns the contrast ratio of two opaque colours, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastRatio(one: Colour, other: Colour): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance({ rgb }: Colour): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Formats a colour as `#1c1a17`, without its opacity. */
export function showColour({ rgb }: Colour): string {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
