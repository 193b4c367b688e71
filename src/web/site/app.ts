import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { PaperboyError } from "../../core/errors.js";
import { note } from "../info-page.js";
import { clientOf, readNetworks } from "./client.js";
import type { Networks } from "./client.js";
import { headersFor, isForeign, isPrivate, MOST_FORM_BYTES } from "./security.js";
import { createMetrics } from "./metrics.js";
import type { Metrics } from "./metrics.js";
import { openPages } from "../pages.js";
import type { Desk, SiteContext, SiteEnv, SiteParts, SiteRoute, SiteSection } from "../context.js";

/**
 * The site as a function from requests to answers; no port, no process.
 * @throws PaperboyError `config-invalid` for templates that cannot be read; RangeError for a network that is none.
 */
export function createSite(parts: SiteParts, sections: readonly SiteSection[]): Hono<SiteEnv> {
  const base = new URL(parts.publicUrl).pathname.replace(/\/+$/, "");
  const { templatesDir, branding, view, settings } = parts;
  const nav = sections.flatMap((section) => section.nav ?? []);
  const feeds = sections.flatMap((section) => section.feeds ?? []);
  const pages = openPages({ templatesDir, branding, base, language: view.language, nav, feeds });
  const desk: Desk = { ...parts, base, pages };
  const metrics = createMetrics(parts);
  const app = new Hono<SiteEnv>();
  app.use(meet(desk, metrics, readNetworks(settings.trustedProxies)));
  const tooLarge = (context: SiteContext) => note(context, desk, { name: "tooLarge", status: 413 });
  app.use(bodyLimit({ maxSize: MOST_FORM_BYTES, onError: (context) => tooLarge(context as SiteContext) }));
  addWatching(app, { desk, metrics, mayRead: readNetworks(settings.metricsFrom) });
  addRoutes(
    app,
    desk,
    sections.flatMap(({ routes }) => routes),
  );
  app.notFound((context) => note(context, desk, { name: "unknown", status: 404 }));
  app.onError((error, context) => fail(error, context, desk));
  return app;
}

/** Around every request: who asks, which headers go out, and what is told of it. */
function meet(desk: Desk, metrics: Metrics, isTrusted: Networks) {
  const headers = Object.entries(headersFor(desk));
  return async (context: SiteContext, next: () => Promise<void>): Promise<void> => {
    const began = performance.now();
    const remote = context.env?.incoming?.socket.remoteAddress ?? "unknown";
    context.set("client", clientOf(remote, context.req.header("x-forwarded-for"), isTrusted));
    context.set("route", "(unknown)");
    for (const [name, value] of headers) context.header(name, value);
    await next();
    const told = { method: shownMethod(context.req.method), route: context.get("route"), status: context.res.status };
    metrics.count(told);
    if (!desk.settings.accessLog) return;
    const took = Math.round(performance.now() - began);
    desk.log(`${desk.clock().toISOString()} ${told.method} ${told.route} ${told.status} ${took} ms`);
  };
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]);

/** A method is a stranger's text too. */
function shownMethod(method: string): string {
  return METHODS.has(method) ? method : "(other)";
}

interface Watching {
  readonly desk: Desk;
  readonly metrics: Metrics;
  readonly mayRead: Networks;
}

/** For whoever looks after the site; outside its base, so that a proxy for the base alone does not show them. */
function addWatching(app: Hono<SiteEnv>, { desk, metrics, mayRead }: Watching): void {
  app.get("/healthz", async (context) => {
    context.set("route", "/healthz");
    await desk.store.runs.get("paused");
    return context.json({ status: "ok" });
  });
  app.get("/metrics", async (context, next) => {
    if (!mayRead(context.get("client"))) return next();
    context.set("route", "/metrics");
    return context.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

function addRoutes(app: Hono<SiteEnv>, desk: Desk, routes: readonly SiteRoute[]): void {
  for (const route of routes) {
    app.on(route.method, desk.base + route.path, (context) => answer(context, desk, route));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const known = routes.filter((route) => route.path === path);
    const allow = known.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).concat("OPTIONS");
    app.all(desk.base + path, (context) => {
      context.set("route", path);
      context.header("Allow", allow.join(", "));
      return context.req.method === "OPTIONS"
        ? context.body(null, 204)
        : note(context, desk, { name: "unknown", status: 405 });
    });
  }
}

async function answer(context: SiteContext, desk: Desk, route: SiteRoute): Promise<Response> {
  context.set("route", route.path);
  if (isPrivate(route)) context.header("X-Robots-Tag", "noindex, nofollow");
  if (route.method === "POST" && !route.fromAnywhere && isForeign(context, desk.publicUrl)) {
    return note(context, desk, { name: "foreign", status: 403 });
  }
  return route.answer(context, desk);
}

/** What failed is for the operator; the visitor learns only whether trying again may help. */
function fail(error: Error, context: SiteContext, desk: Desk): Response {
  const isAway = error instanceof PaperboyError && error.code === "store-failed";
  // A visitor who hangs up in the middle is no failure of ours.
  const isOver = context.req.raw.signal.aborted || (error as NodeJS.ErrnoException).code === "ECONNRESET";
  if (!isOver) desk.log(`${desk.clock().toISOString()} failed: ${error.name}: ${error.message}`);
  if (!isAway) return note(context, desk, { name: "failed", status: 500 });
  context.header("Retry-After", "5");
  return note(context, desk, { name: "resting", status: 503 });
}
