import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import type { Context, HonoRequest } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import { PaperboyError } from "../../core/errors.js";
import { frameHtml, framePolicy, variantNamed } from "./frame.js";
import { livePage, openStudioTemplates } from "./page.js";
import type { StudioTemplates } from "./page.js";
import type { StudioParts } from "./parts.js";
import { readState, withChanges } from "./state.js";
import { openStudio } from "./studio.js";
import type { Studio } from "./studio.js";

/** A running studio. */
export interface StudioServer {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Content-Security-Policy of the studio's page: only its own files. */
const PAGE_POLICY = [
  "default-src 'none'",
  ...["script", "style", "connect", "frame"].map((kind) => `${kind}-src 'self'`),
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": PAGE_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

const MAX_FORM_BYTES = 16_384;

/** The argument of route handlers. */
interface StudioSession {
  readonly studio: Studio;
  readonly templates: StudioTemplates;
  /** CSRF token that POST requests must contain. */
  readonly token: string;
}

interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly answer: (context: Context, session: StudioSession) => Response | Promise<Response>;
}

const ROUTES: readonly Route[] = [
  { method: "GET", path: "/", answer: showPage },
  { method: "GET", path: "/frame", answer: showFrame },
  { method: "GET", path: "/events", answer: streamChanges },
  {
    method: "GET",
    path: "/studio.css",
    answer: (context, { templates }) => context.body(templates.css, 200, { "Content-Type": "text/css; charset=utf-8" }),
  },
  {
    method: "GET",
    path: "/studio.js",
    answer: (context, { templates }) =>
      context.body(templates.script, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
  },
  { method: "POST", path: "/send", answer: sendTest },
];

/**
 * Starts the studio on 127.0.0.1. Port 0 selects a free port.
 * @throws PaperboyError `usage` if the port is in use, `config-invalid` for an invalid configuration.
 */
export async function startStudio(parts: StudioParts, { port }: { readonly port: number }): Promise<StudioServer> {
  const studio = await openStudio(parts);
  const session = { studio, templates: openStudioTemplates(), token: randomBytes(24).toString("base64url") };
  const bound = { port };
  const server = createAdaptorServer({ fetch: routes(session, () => bound.port).fetch });
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (cause) {
    studio.close();
    throw new PaperboyError("usage", {
      message: `cannot listen on port ${port}`,
      hint: "Choose another port, or omit --port to use a free one.",
      cause,
    });
  }
  bound.port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound.port}/`,
    close: async () => {
      studio.close();
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

function routes(session: StudioSession, port: () => number): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    const refusal = refusalOf(context.req, port());
    if (refusal !== null) return context.text(`${refusal}\n`, 403);
    await next();
    return undefined;
  });
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (context) => context.text("The form is too large.\n", 413) }));
  for (const { method, path, answer } of ROUTES) app.on(method, path, (context) => answer(context, session));
  app.onError((error, context) => context.text(`The studio failed: ${error.message}\n`, 500));
  return app;
}

async function stateOf(context: Context, { studio }: StudioSession) {
  const query = new URL(context.req.url).searchParams;
  return { query, state: readState(query, (await studio.start()).request) };
}

async function showPage(context: Context, session: StudioSession): Promise<Response> {
  const page = await livePage(session.studio, { ...(await stateOf(context, session)), token: session.token });
  return context.html(session.templates.page("page", page));
}

async function showFrame(context: Context, session: StudioSession): Promise<Response> {
  const { query, state } = await stateOf(context, session);
  const { rendered } = await session.studio.preview(state.request);
  const variant = variantNamed(query.get("variant") ?? "");
  if (!rendered || !variant) return context.text("There is no letter.\n", 404);
  context.header("Content-Security-Policy", `${framePolicy(variant)}; frame-ancestors 'self'; sandbox`);
  return context.html(frameHtml(rendered.letter.html, variant, state.mark));
}

/** Sends the current version as a server-sent event, and again after each change. */
function streamChanges(context: Context, { studio }: StudioSession): Response {
  return streamSSE(context, async (stream) => {
    const sendVersion = (version: string) => stream.writeSSE({ event: "version", data: version });
    const aborted = new Promise<void>((resolve) => {
      stream.onAbort(resolve);
    });
    const stop = studio.onChange((version) => void sendVersion(version));
    await sendVersion(studio.version());
    await aborted;
    stop();
  });
}

async function sendTest(context: Context, session: StudioSession): Promise<Response> {
  const form = new URLSearchParams(await context.req.text());
  if (!isToken(form.get("token") ?? "", session.token))
    return context.text("The form does not belong to this studio session.\n", 403);
  const { query, state } = await stateOf(context, session);
  const number = await session.studio.send(state.request, form.get("to") ?? "");
  return context.redirect(`/${withChanges(query, { sent: String(number) })}`, 303);
}

/** A rule that refuses requests. */
interface Refusal {
  readonly why: string;
  readonly applies: (request: HonoRequest, port: number) => boolean;
}

/** Safe methods (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Rules against requests from other web pages, which can reach a server on 127.0.0.1. The Host header reveals DNS rebinding;
 * Sec-Fetch-Site (Fetch Metadata) and Origin (RFC 6454) reveal cross-site requests.
 */
const REFUSALS: readonly Refusal[] = [
  { why: "The studio only accepts requests for 127.0.0.1 or localhost.", applies: isForeignHost },
  {
    why: "The studio does not accept requests from other sites.",
    applies: (request) => !["same-origin", "none", undefined].includes(request.header("sec-fetch-site")),
  },
  {
    why: "The studio only accepts POST requests from its own page.",
    applies: (request) => !SAFE.has(request.method) && request.header("origin") !== `http://${request.header("host")}`,
  },
];

/** Returns the reason to refuse a request, or null if it is allowed. */
function refusalOf(request: HonoRequest, port: number): string | null {
  return REFUSALS.find(({ applies }) => applies(request, port))?.why ?? null;
}

function isForeignHost(request: HonoRequest, port: number): boolean {
  return ![`127.0.0.1:${port}`, `localhost:${port}`].includes(request.header("host")?.toLowerCase() ?? "");
}

/** Compares a form's CSRF token in constant time. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
