import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { PaperboyError } from "../../core/errors.js";
import type { Published, RequestContext, SiteContext, SiteEnv, SiteModule, SiteParts, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { openPages } from "../pages.js";
import { clientAddress, isClientHidden, parseNetworks, inVisitorsLanguage } from "./client.js";
import type { AddressMatcher, RequestOrigin } from "./client.js";
import { partWithoutText } from "./form.js";
import { likesRoutes } from "./likes.js";
import { createMetrics } from "./metrics.js";
import type { Metrics } from "./metrics.js";
import { personalDataRoutes } from "./personal-data.js";
import { preferencesRoutes } from "./preferences.js";
import { hasTokenInPath, isCrossSite, MAX_FORM_BYTES, securityHeaders } from "./security.js";
import { SITEMAP_ROUTES } from "./sitemap.js";
import { subscribeRoutes } from "./subscribe.js";
import { unsubscribeRoutes } from "./unsubscribe.js";

const FOREVER = { "Cache-Control": "public, max-age=31536000, immutable" };

const STATIC_ROUTES: readonly SiteRoute[] = [
  {
    method: "GET",
    path: "/site.css",
    answer: (context, { pages }) =>
      context.body(pages.css.text, 200, { "Content-Type": "text/css; charset=utf-8", ...FOREVER }),
  },
  {
    method: "GET",
    path: "/card.png",
    answer: (context, { pages }) => {
      // Sites that show a preview of a link load the picture.
      const headers = { "Content-Type": "image/png", "Cross-Origin-Resource-Policy": "cross-origin", ...FOREVER };
      return context.body(new Uint8Array(pages.picture.bytes), 200, headers);
    },
  },
];

/** Subscribing, changing preferences, personal data and unsubscribing. */
export const SUBSCRIPTION_MODULE: SiteModule = {
  nav: [{ path: "/", message: "nav.subscribe" }],
  routes: [
    ...subscribeRoutes,
    ...preferencesRoutes,
    ...likesRoutes,
    ...personalDataRoutes,
    ...unsubscribeRoutes,
    ...STATIC_ROUTES,
    ...SITEMAP_ROUTES,
  ],
};

const NOTHING_PUBLISHED: Published = { latestIssue: () => Promise.resolve(null), pages: () => Promise.resolve([]) };

/**
 * Creates the site as a Hono app: the subscription pages and `modules`. Opens no port.
 * @throws PaperboyError `config-invalid` for templates that cannot be read; RangeError for an invalid network.
 */
export function createSite(parts: SiteParts, modules: readonly SiteModule[] = []): Hono<SiteEnv> {
  const base = new URL(parts.publicUrl).pathname.replace(/\/+$/, "");
  const { templatesDir, branding, view, settings } = parts;
  const all = [SUBSCRIPTION_MODULE, ...modules];
  const nav = all.flatMap((module) => module.nav ?? []);
  const feeds = all.flatMap((module) => module.feeds ?? []);
  const pages = openPages({ templatesDir, branding, base, language: view.language, nav, feeds });
  const published = all.map((module) => module.published).find((one) => one !== undefined) ?? NOTHING_PUBLISHED;
  const site: SiteContext = { ...parts, base, pages, published };
  const metrics = createMetrics(parts);
  const app = new Hono<SiteEnv>();
  app.use(observe(site, metrics, parseNetworks(settings.trustedProxies)));
  addMonitoring(app, { site, metrics, mayRead: parseNetworks(settings.metricsFrom) });
  addRoutes(
    app,
    site,
    all.flatMap(({ routes }) => routes),
  );
  // Letters link to `publicUrl`, without a slash at its end.
  if (base !== "") app.get(base, (context) => context.redirect(`${base}/`, 301));
  app.notFound((context) => infoPage(context, inVisitorsLanguage(context, site), { name: "unknown", status: 404 }));
  app.onError((error, context) => handleError(error, context, inVisitorsLanguage(context, site)));
  return app;
}

/** Middleware that finds the client address, sets the security headers, counts the request and logs it. */
function observe(site: SiteContext, metrics: Metrics, isTrusted: AddressMatcher) {
  const headers = Object.entries(securityHeaders(site));
  return async (context: RequestContext, next: () => Promise<void>): Promise<void> => {
    const startedAt = performance.now();
    const remote = context.env?.incoming?.socket.remoteAddress ?? "unknown";
    context.set("client", clientAddress(remote, context.req.header("x-forwarded-for"), isTrusted));
    context.set("route", "(unknown)");
    for (const [name, value] of headers) context.header(name, value);
    await next();
    const labels = { method: methodLabel(context.req.method), route: context.get("route"), status: context.res.status };
    metrics.count(labels);
    if (!site.settings.accessLog) return;
    const duration = Math.round(performance.now() - startedAt);
    site.log(`${site.clock().toISOString()} ${labels.method} ${labels.route} ${labels.status} ${duration} ms`);
  };
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]);

/** Maps unknown methods to one label: a client can send any text as the method. */
function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "(other)";
}

interface Monitoring {
  readonly site: SiteContext;
  readonly metrics: Metrics;
  readonly mayRead: AddressMatcher;
}

function arrivalOf(context: RequestContext): RequestOrigin {
  const { incoming } = context.env;
  return {
    remote: incoming?.socket.remoteAddress ?? "unknown",
    client: context.get("client"),
    fields: Object.keys(context.req.header()),
    hostname: new URL(context.req.url).hostname,
    httpVersion: incoming?.httpVersion ?? "1.1",
  };
}

/** Adds `/healthz` and `/metrics` outside of the site's base, so a proxy that forwards only the base hides them. */
function addMonitoring(app: Hono<SiteEnv>, { site, metrics, mayRead }: Monitoring): void {
  app.get("/healthz", async (context) => {
    context.set("route", "/healthz");
    await site.store.runs.get("paused");
    return context.json({ status: "ok" });
  });
  app.get("/metrics", async (context, next) => {
    if (!mayRead(context.get("client")) || isClientHidden(arrivalOf(context))) return next();
    context.set("route", "/metrics");
    return context.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

function addRoutes(app: Hono<SiteEnv>, site: SiteContext, routes: readonly SiteRoute[]): void {
  const tooLarge = (context: RequestContext) => infoPage(context, site, { name: "tooLarge", status: 413 });
  const limitTo = (maxSize: number) =>
    bodyLimit({ maxSize, onError: (context) => tooLarge(context as RequestContext) });
  for (const route of routes) {
    const path = site.base + route.path;
    if (route.method === "POST" && !route.needsOnlyLink) {
      app.on(route.method, path, limitTo(route.maxBytes ?? MAX_FORM_BYTES));
    }
    app.on(route.method, path, (context) => answer(context, inVisitorsLanguage(context, site), route));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).concat("OPTIONS");
    app.all(site.base + path, (context) => {
      context.set("route", path);
      if (hasTokenInPath({ path })) context.header("X-Robots-Tag", "noindex, nofollow");
      context.header("Allow", allow.join(", "));
      return context.req.method === "OPTIONS"
        ? context.body(null, 204)
        : infoPage(context, site, { name: "unknown", status: 405 });
    });
  }
}

async function answer(context: RequestContext, site: SiteContext, route: SiteRoute): Promise<Response> {
  context.set("route", route.path);
  context.header("Vary", "Accept-Language");
  if (hasTokenInPath(route)) context.header("X-Robots-Tag", "noindex, nofollow");
  if (route.method === "POST" && !route.needsOnlyLink && isCrossSite(context, site.publicUrl)) {
    return infoPage(context, site, { name: "crossSite", status: 403 });
  }
  const malformed = await partWithoutText(context, route.method === "POST" && !route.needsOnlyLink);
  if (malformed === "url") return infoPage(context, site, { name: "unknown", status: 404 });
  if (malformed === "form") return infoPage(context, site, { name: "malformed", status: 400 });
  return route.answer(context, site);
}

/** Logs an error. The response shows only whether a retry may help: 503 if the database is unavailable, else 500. */
function handleError(error: Error, context: RequestContext, site: SiteContext): Response {
  const isUnavailable = error instanceof PaperboyError && error.code === "store-failed";
  // A client that closes the connection is not a failure of the site.
  const isDisconnect = context.req.raw.signal.aborted || (error as NodeJS.ErrnoException).code === "ECONNRESET";
  if (!isDisconnect) site.log(`${site.clock().toISOString()} failed: ${error.name}: ${error.message}`);
  if (!isUnavailable) return infoPage(context, site, { name: "failed", status: 500 });
  context.header("Retry-After", "5");
  return infoPage(context, site, { name: "unavailable", status: 503 });
}
