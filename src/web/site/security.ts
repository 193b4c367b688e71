import type { Branding } from "../../render/renderer.js";
import type { SiteContext, SiteParts, SiteRoute } from "../context.js";

/** More than any form of the site holds. */
export const MOST_FORM_BYTES = 16_384;

/** A year (RFC 6797, section 6.1.1); what other names of the domain do is for others to say. */
const HSTS = "max-age=31536000";

/** What every answer says about itself; a route may say otherwise. */
export function headersFor({ branding, settings }: SiteParts): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": policy(branding),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Not `no-referrer`: a form that is sent then has the origin `null`, and could not be told from another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    ...(settings.hsts ? { "Strict-Transport-Security": HSTS } : {}),
  };
}

/** No script at all, one style sheet, the operator's logo, and an empty icon so that browsers ask for none. */
function policy({ logoUrl }: Branding): string {
  const pictures = logoUrl !== null && URL.canParse(logoUrl) ? ` ${new URL(logoUrl).origin}` : "";
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src data:${pictures}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Whether a request that changes something comes from another site: by its Origin, or what the browser says of it. */
export function isForeign(context: SiteContext, publicUrl: string): boolean {
  const origin = context.req.header("origin");
  const site = context.req.header("sec-fetch-site");
  return (
    (origin !== undefined && origin !== new URL(publicUrl).origin) ||
    (site !== undefined && !["same-origin", "none"].includes(site))
  );
}

/** The pattern of a route whose paths hold a token: search engines and caches are to forget it. */
export function isPrivate({ path }: Pick<SiteRoute, "path">): boolean {
  return path.includes(":token");
}
