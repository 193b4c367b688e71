import { accepts } from "hono/accepts";
import type { RequestContext, SiteContext } from "../context.js";

/** Returns the site with its pages in the visitor's language (RFC 9110, section 12.5.4), if it is available in it. */
export function inVisitorsLanguage(context: RequestContext, site: SiteContext): SiteContext {
  const { language, languages } = site.pages;
  const found = accepts(context, {
    header: "Accept-Language",
    supports: [...languages],
    default: language,
    match: (accepted, { supports }) => {
      const wanted = accepted.filter(({ q }) => q > 0).toSorted((one, other) => other.q - one.q);
      return wanted.map(({ type }) => bestOf(supports, type)).find((tag) => tag !== undefined) ?? language;
    },
  });
  return found === language ? site : { ...site, pages: site.pages.in(found) };
}

/** The maximum number of parts of a language tag that are compared: language, script and region. */
const MAX_PARTS = 3;

/** Looks up a language tag (RFC 4647, section 3.4): `de-AT` finds `de-AT`, or else `de`. */
function bestOf(tags: readonly string[], wanted: string): string | undefined {
  const parts = wanted.toLowerCase().split("-", MAX_PARTS);
  const ranges = parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
  return ranges.map((range) => tags.find((tag) => tag.toLowerCase() === range)).find((tag) => tag !== undefined);
}
