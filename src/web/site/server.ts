import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { PaperboyError } from "../../core/errors.js";
import type { SiteEnv } from "../context.js";

/** A running HTTP server. */
export interface SiteServer {
  readonly host: string;
  readonly port: number;
  /** Stops accepting connections and waits for open requests, up to `shutdownMs`. */
  close(): Promise<void>;
}

/** Time limits of connections in milliseconds. */
export interface Timeouts {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** How long `close` waits for open requests. */
  readonly shutdownMs: number;
}

/** Forms are small, so slower clients are cut off: they may be attacks that hold connections open (Slowloris). */
export const TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 20_000, idleMs: 5_000, shutdownMs: 10_000 };

const MAX_HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 2_000;
const MAX_REQUESTS_PER_CONNECTION = 1_000;

interface ServerOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  readonly timeouts?: Timeouts;
}

/** Starts an HTTP server for the site. @throws PaperboyError `usage` if it cannot listen on the address. */
export async function startSite(
  site: Hono<SiteEnv>,
  { host, port, timeouts = TIMEOUTS }: ServerOptions,
): Promise<SiteServer> {
  const server = createAdaptorServer({
    fetch: site.fetch,
    serverOptions: {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: Math.min(1_000, timeouts.headersMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  }) as Server;
  // `server.close` closes connections that are idle at that moment. Those that become idle later are closed here.
  server.on("request", (_request, response) => {
    response.once("close", () => void (server.listening || server.closeIdleConnections()));
  });
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new PaperboyError("usage", {
      message: `cannot listen on ${host}, port ${port}`,
      hint: "Choose another address with --host and --port, or with `serve:` in paperboy.yaml.",
      cause,
    });
  }
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), timeouts.shutdownMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
