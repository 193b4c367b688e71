import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import type { Element } from "../../render/checks/elements.js";
import { elements, pathOf } from "../../render/checks/elements.js";

/** How a letter is shown in a frame. */
export interface Variant {
  readonly scheme: "light" | "dark";
  readonly pictures: boolean;
}

/** The ways in which the studio shows a letter. */
export const VARIANTS = {
  desktop: { scheme: "light", pictures: true },
  phone: { scheme: "light", pictures: true },
  "phone-dark": { scheme: "dark", pictures: true },
  dark: { scheme: "dark", pictures: true },
  "images-off": { scheme: "light", pictures: false },
} as const satisfies Record<string, Variant>;

export type VariantId = keyof typeof VARIANTS;

/** The name of the place that a check found; a frame's address ends in it. */
export const MARK = "paperboy-mark";

/** A way of showing a letter by its name; undefined where there is none of that name. */
export function variantNamed(name: string): Variant | undefined {
  return new Map<string, Variant>(Object.entries(VARIANTS)).get(name);
}

/** The Content-Security-Policy of a frame: a letter may style itself and show pictures, and nothing else. */
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
 * The letter as a mail client in that colour scheme shows it. Pure. Frames cannot be told which scheme to prefer, so the
 * letter's own media queries are decided here; links to elsewhere ask for a new window, which the sandbox refuses, so
 * that a click does not take the letter away.
 * @param mark the place that a check named (`pathOf`); it gets an outline and the name `MARK`.
 */
export function frameHtml(html: string, { scheme }: Variant, mark: string | null = null): string {
  return withSleepingLinks(inScheme(mark === null ? html : marked(html, mark), scheme));
}

/** The same for a file, where no server can send the policy. */
export function frameDocument(html: string, variant: Variant): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${framePolicy(variant)}">`;
  return frameHtml(html, variant).replace(/<head[^>]*>/i, (head) => `${head}${policy}`);
}

/** Decides `prefers-color-scheme` in the style sheets, and `color-scheme` for what the browser paints itself. */
export function inScheme(html: string, scheme: Variant["scheme"]): string {
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

function withSleepingLinks(html: string): string {
  return html.replaceAll(/<a (?=[^>]*\bhref="https?:)/gi, '<a target="_blank" ');
}

/** The places that a check may have named in the HTML part: the path of each element, and where it leads. */
export function findPlaces(html: string): ReadonlySet<string> {
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
