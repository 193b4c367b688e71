/** The parts of a letter that an operator can change without editing templates. */
export interface Branding {
  /** The name in the header and in messages. */
  readonly name: string;
  /** A colour, `#rrggbb`; the letter darkens or lightens it if its contrast is too low. */
  readonly accent: string;
  readonly logoUrl: string | null;
  readonly intro: string | null;
  readonly footer: string | null;
  /** The sender's postal address, in one line. */
  readonly postal: string | null;
  /** The name of a style sheet in `themes/`, without `.css`. */
  readonly theme: string;
  /** The address of this letter on the web. Each link of the footer appears only if its target is configured. */
  readonly archiveUrl: string | null;
  readonly preferencesUrl?: string | null;
  readonly unsubscribeUrl?: string | null;
  /** The public site, where anyone can subscribe. */
  readonly subscribeUrl?: string | null;
}

export const DEFAULT_BRANDING: Branding = {
  name: "Paperboy",
  accent: "#b4301f",
  logoUrl: null,
  intro: null,
  footer: null,
  postal: null,
  theme: "comfortable",
  archiveUrl: null,
};

/** The settings that an operator configures; a missing one takes its default. */
type BrandingSettings = { readonly [Name in keyof Branding]?: Branding[Name] | undefined };

/** Returns the configured branding over the defaults. */
export function brandingFrom(settings: BrandingSettings): Branding {
  const configured = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_BRANDING, ...Object.fromEntries(configured) };
}

/** The settings of the site and of the mailbox through which readers leave. */
interface LinkSettings {
  readonly publicUrl?: string | undefined;
  readonly unsubscribeAddress?: string | undefined;
}

type FooterLinks = Pick<Branding, "unsubscribeUrl" | "preferencesUrl" | "subscribeUrl">;

/** Returns placeholders for the personal links of each reader, if the site or the mailbox for them is configured. */
export function placeholderLinks({ publicUrl, unsubscribeAddress }: LinkSettings): FooterLinks {
  return {
    unsubscribeUrl: (publicUrl ?? unsubscribeAddress) === undefined ? null : "{link:unsubscribe}",
    preferencesUrl: publicUrl === undefined ? null : "{link:preferences}",
    subscribeUrl: publicUrl ?? null,
  };
}

/** Returns the links of a sample reader, so that a preview has the footer that readers get. */
export function sampleLinks({ publicUrl, unsubscribeAddress }: LinkSettings): FooterLinks {
  const mailto = unsubscribeAddress === undefined ? null : `mailto:${unsubscribeAddress}?subject=unsubscribe%20sample`;
  return {
    unsubscribeUrl: publicUrl === undefined ? mailto : `${publicUrl}/u/sample`,
    preferencesUrl: publicUrl === undefined ? null : `${publicUrl}/p/sample`,
    subscribeUrl: publicUrl ?? null,
  };
}

/** The background of the letter in light and dark mode; the themes and the dark style use the same values. */
export const BACKGROUND = { light: "#fffdf8", dark: "#1d1b18" } as const;

/** WCAG 2.2, success criterion 1.4.3, requires 4.5:1. The rest is a margin for rounding. */
const MIN_CONTRAST = 4.7;

/** Returns the accent with enough contrast: darkened for light mode, lightened for dark mode. */
export function palette(accent: string): { readonly accent: string; readonly accentDark: string } {
  return {
    accent: readable(accent, { on: BACKGROUND.light, towards: [0, 0, 0] }),
    accentDark: readable(accent, { on: BACKGROUND.dark, towards: [255, 255, 255] }),
  };
}

type Rgb = readonly [number, number, number];

function readable(colour: string, { on, towards }: { on: string; towards: Rgb }): string {
  const ground = luminance(toRgb(on));
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(toRgb(colour), towards, share);
    if (contrast(luminance(mixed), ground) >= MIN_CONTRAST) return toHex(mixed);
  }
  return toHex(towards);
}

function mix(colour: Rgb, other: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(colour[index] * (1 - share) + other[index] * share);
  return [channel(0), channel(1), channel(2)];
}

/** Relative luminance (WCAG 2.2, "relative luminance"). */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function toRgb(hex: string): Rgb {
  const value = /^#[0-9a-f]{6}$/i.test(hex) ? Number.parseInt(hex.slice(1), 16) : 0;
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
