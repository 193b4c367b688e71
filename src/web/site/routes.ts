import { confirmRoutes } from "./confirm.js";
import { leaveRoutes } from "./unsubscribe.js";
import type { SiteRoute, SiteSection } from "../context.js";
import { personRoutes } from "./personal-data.js";
import { preferencesRoutes } from "./preferences.js";
import { subscribeRoutes } from "./subscribe.js";

const FILES: readonly SiteRoute[] = [
  {
    method: "GET",
    path: "/site.css",
    answer: (context, { pages }) =>
      context.body(pages.css.text, 200, {
        "Content-Type": "text/css; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
      }),
  },
  {
    method: "GET",
    path: "/robots.txt",
    // Links of readers are nobody else's; their pages also say so themselves.
    answer: (context, { base }) =>
      context.text(["User-agent: *", ...["c", "p", "u"].map((of) => `Disallow: ${base}/${of}/`), ""].join("\n")),
  },
];

/** To subscribe, to change and to leave. */
export const READERS_SECTION: SiteSection = {
  nav: [{ path: "/", message: "nav.subscribe" }],
  routes: [...subscribeRoutes, ...confirmRoutes, ...preferencesRoutes, ...personRoutes, ...leaveRoutes, ...FILES],
};
