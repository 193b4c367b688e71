import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import type { Element } from "../../render/checks/elements.js";
import { elements, pathOf } from "../../render/checks/elements.js";

/** Rendering options of a frame. */
export interface Variant {
  readonly scheme: "light" | "dark";
  readonly pictures: boolean;
}

/** The variants in which the studio shows a letter. */
export const VARIANTS = {
  desktop: { scheme: "light", pictures: true },
  phone: { scheme: "light", pictures: true },
  "phone-dark": { scheme: "dark", pictures: true },
  dark: { scheme: "dark", pictures: true },
  "images-off": { scheme: "light", pictures: false },
} as const satisfies Record<string, Variant>;

export type VariantId = keyof typeof VARIANTS;

/** Element id of the highlighted finding, and the fragment of the frame's URL. */
export const MARK = "paperboy-mark";

/** Returns a variant by name, or undefined. */
export function variantNamed(name: string): Variant | undefined {
  return new Map<string, Variant>(Object.entries(VARIANTS)).get(name);
}

/** Returns the Content-Security-Policy of a frame: it allows only inline styles and pictures. */
export function framePolicy({ pictures }: Variant): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src ${pictures ? "https:" : "'none'"}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
}

/**
 * Returns the HTML part for display in a frame. A page cannot set a frame's preferred colour scheme, so the letter's media queries
 * are resolved here. External links open a new window, which the frame's sandbox blocks.
 * @param mark element path (`pathOf`) or link of a finding. The element gets an outline and the id `MARK`.
 */
export function frameHtml(html: string, { scheme }: Variant, mark: string | null = null): string {
  return withoutExternalLinks(withColorScheme(mark === null ? html : marked(html, mark), scheme));
}

/** Like `frameHtml`, with the policy in a `<meta>` element, for frames that are not loaded from the server. */
export function frameDocument(html: string, variant: Variant): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${framePolicy(variant)}">`;
  return frameHtml(html, variant).replace(/<head[^>]*>/i, (head) => `${head}${policy}`);
}

/** Resolves `prefers-color-scheme` in style sheets, and sets `color-scheme` for scroll bars and form controls. */
export function withColorScheme(html: string, scheme: Variant["scheme"]): string {
  return html
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/gi, (style) =>
      style
        .replaceAll(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_whole, wanted: string) =>
          wanted.toLowerCase() === scheme ? "(min-width: 0px)" : "(max-width: 0px)",
        )
        .replaceAll(/\bcolor-scheme\s*:\s*[a-z ]+/gi, `color-scheme: ${scheme}`),
    )
    .replaceAll(
      /(<meta name="color-scheme" content=")[^"]*"/gi,
      (_whole, start: string) => `${start}${scheme === "dark" ? "dark" : "light"}"`,
    );
}

function withoutExternalLinks(html: string): string {
  return html.replaceAll(/<a (?=[^>]*\bhref="https?:)/gi, '<a target="_blank" ');
}

/** Returns all locations that a check can report in the HTML part: element paths and link targets. */
export function findLocations(html: string): ReadonlySet<string> {
  const $ = load(html);
  return new Set(elements($).flatMap((element) => namesOf($, element)));
}

function marked(html: string, mark: string): string {
  const $ = load(html);
  const element = elements($).find((each) => namesOf($, each).includes(mark));
  if (!element) return html;
  const style = `${element.attribs["style"] ?? ""};outline:3px solid #d6336c;outline-offset:3px`;
  $(element).attr({ id: MARK, style });
  return $.html();
}

function namesOf($: CheerioAPI, element: Element): string[] {
  return [pathOf($, element), element.attribs["href"]].filter((name) => name !== undefined);
}
