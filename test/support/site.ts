import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** A response. With an `etag` header, a matching conditional request gets 304. */
export interface Reply {
  readonly status?: number;
  /** Response headers; `content-type` defaults to HTML, and there is no `date`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly gzip?: boolean;
  readonly br?: boolean;
  readonly delayMs?: number;
  /** Never sends the headers, or sends only the headers and the first byte. */
  readonly hang?: "headers" | "body";
  /** Announces the whole body, sends this many bytes, and drops the connection. */
  readonly cut?: number;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The response of a path. The items of a list are used in order, and the last one repeats. */
export type Route = Reply | Handler | readonly Reply[];

export interface SiteRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Site {
  /** For example `http://127.0.0.1:40123`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** All requests so far, in order. */
  readonly requests: readonly SiteRequest[];
  /** Sets the response of a path. */
  set(path: string, route: Route): void;
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on a free local port. Routes match by path with query, then by path, then
 * by `*`; other requests get 404.
 */
export async function startSite(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const table = new Map(Object.entries(routes));
  const answered = new Map<Route, number>();
  const requests: SiteRequest[] = [];
  const server = createServer((request, response) => {
    const target = request.url ?? "/";
    requests.push({ method: request.method ?? "", path: target, headers: request.headers });
    const route = table.get(target) ?? table.get(target.split("?")[0] ?? "") ?? table.get("*") ?? { status: 404 };
    const turn = answered.get(route) ?? 0;
    answered.set(route, turn + 1);
    if (typeof route === "function") route(request, response);
    else answer(response, isList(route) ? (route[Math.min(turn, route.length - 1)] ?? {}) : route, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    set: (path, route) => void table.set(path, route),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isList(route: Reply | readonly Reply[]): route is readonly Reply[] {
  return Array.isArray(route);
}

function answer(response: ServerResponse, reply: Reply, request: IncomingMessage): void {
  // Tests have fixed clocks; `Date` would be the time of this machine.
  response.sendDate = false;
  if (reply.delayMs !== undefined) {
    const { delayMs, ...rest } = reply;
    setTimeout(() => answer(response, rest, request), delayMs);
  } else if (reply.hang !== "headers") {
    send(response, reply, request);
  }
}

function send(response: ServerResponse, reply: Reply, request: IncomingMessage): void {
  const body = pack(reply);
  const etag = reply.headers?.["etag"];
  if (etag !== undefined && request.headers["if-none-match"] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(reply.status ?? 200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": String(body.length),
    ...(reply.gzip ? { "content-encoding": "gzip" } : {}),
    ...(reply.br ? { "content-encoding": "br" } : {}),
    ...reply.headers,
  });
  if (reply.hang === "body") response.write(body.subarray(0, 1));
  else if (reply.cut !== undefined) response.write(body.subarray(0, reply.cut), () => response.destroy());
  else response.end(body);
}

function pack({ body = "", gzip, br }: Reply): Buffer {
  const bytes = Buffer.from(body);
  if (gzip) return gzipSync(bytes);
  return br ? brotliCompressSync(bytes) : bytes;
}
