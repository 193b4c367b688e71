import type { Branding } from "../../render/renderer.js";
import type { RequestContext, SiteParts, SiteRoute } from "../context.js";
import { isUrl } from "../../core/url.js";

/** Limit of a request body in bytes; every form of the site is far smaller. */
export const MAX_FORM_BYTES = 65_536;

/** One year (RFC 6797, section 6.1.1), without subdomains: they may belong to other services. */
const HSTS = "max-age=31536000";

/** Returns the headers of every response; a route can override them. */
export function securityHeaders({ branding, settings }: SiteParts): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": contentPolicy(branding),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // With `no-referrer` browsers send `Origin: null` with forms, which would look like a cross-site request.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    ...(settings.hsts ? { "Strict-Transport-Security": HSTS } : {}),
  };
}

/** Allows the style sheet, the operator's logo and the empty `data:` icon; no scripts. */
function contentPolicy({ logoUrl }: Branding): string {
  const logoOrigin = logoUrl !== null && isUrl(logoUrl) ? ` ${new URL(logoUrl).origin}` : "";
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src data:${logoOrigin}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Returns whether a request comes from another site, judged by its Origin and Sec-Fetch-Site headers. */
export function isCrossSite(context: RequestContext, publicUrl: string): boolean {
  const origin = context.req.header("origin");
  const fetchSite = context.req.header("sec-fetch-site");
  return (
    (origin !== undefined && origin !== new URL(publicUrl).origin) ||
    (fetchSite !== undefined && !["same-origin", "none"].includes(fetchSite))
  );
}

/** Returns whether a route's path contains a token. Search engines must not index such pages. */
export function hasTokenInPath({ path }: Pick<SiteRoute, "path">): boolean {
  return path.includes(":token");
}
