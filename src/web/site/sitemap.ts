import { escapeHtml } from "../../core/escape.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";

/** What search engines may index: `/robots.txt` and the sitemap (https://www.sitemaps.org/protocol.html). */
export const SITEMAP_ROUTES: readonly SiteRoute[] = [
  {
    method: "GET",
    path: "/robots.txt",
    // Pages of signed links also send X-Robots-Tag.
    answer: (context, { base, publicUrl }) =>
      context.text(
        ["User-agent: *", ...["c", "p", "u"].map((page) => `Disallow: ${base}/${page}/`), ""].join("\n") +
          `\nSitemap: ${publicUrl}/sitemap.xml\n`,
      ),
  },
  { method: "GET", path: "/sitemap.xml", answer: showSitemap },
];

async function showSitemap(context: RequestContext, site: SiteContext): Promise<Response> {
  const published = await site.published.pages(site);
  const entries = [{ path: "/", changedAt: published[0]?.changedAt ?? null }, ...published].map(
    ({ path, changedAt }) => {
      const changed = changedAt === null ? "" : `<lastmod>${changedAt.toISOString()}</lastmod>`;
      return `<url><loc>${escapeHtml(site.publicUrl + path)}</loc>${changed}</url>`;
    },
  );
  const body = [
    `<?xml version="1.0" encoding="utf-8"?>`,
    `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`,
    ...entries,
    "</urlset>\n",
  ].join("\n");
  return context.body(body, 200, {
    "Content-Type": "application/xml; charset=utf-8",
    "Cache-Control": "public, max-age=3600",
  });
}
