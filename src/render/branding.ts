import { contrastRatio, over, parseColour, showColour } from "./colours.js";
import type { Colour } from "./colours.js";

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
    accent: readable(accent, { on: BACKGROUND.light, towards: "#000000" }),
    accentDark: readable(accent, { on: BACKGROUND.dark, towards: "#ffffff" }),
  };
}

function readable(colour: string, { on, towards }: { readonly on: string; readonly towards: string }): string {
  const [chosen, ground, end] = [opaque(colour), opaque(on), opaque(towards)];
  for (let alpha = 0; alpha < 1; alpha += 0.05) {
    const mixed = showColour(over({ ...end, alpha }, chosen));
    if (contrastRatio(opaque(mixed), ground) >= MIN_CONTRAST) return mixed;
  }
  return towards;
}

/** Parses a colour without its opacity; black for an invalid one. */
function opaque(text: string): Colour {
  return { rgb: parseColour(text)?.rgb ?? [0, 0, 0], alpha: 1 };
}
