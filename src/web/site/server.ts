import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { PaperboyError } from "../../core/errors.js";
import type { SiteEnv } from "../context.js";

/** A site that answers requests. */
export interface SiteServer {
  readonly host: string;
  readonly port: number;
  /** Lets requests that are under way end, for a while, and takes no new ones. */
  close(): Promise<void>;
}

/** How long others may take up a connection, in ms. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** How long a stop waits for requests under way. */
  readonly goodbyeMs: number;
}

/** A form is small: whoever needs longer keeps a connection busy on purpose (slow loris). */
export const PATIENCE: Patience = { headersMs: 10_000, requestMs: 20_000, idleMs: 5_000, goodbyeMs: 10_000 };

const MOST_HEADER_BYTES = 16_384;
const MOST_HEADERS = 100;
const MOST_CONNECTIONS = 2_000;
const MOST_REQUESTS_A_CONNECTION = 1_000;

interface Where {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly patience?: Patience;
}

/** Opens the site. @throws PaperboyError `usage` when it cannot listen there. */
export async function startSite(site: Hono<SiteEnv>, { host, port, patience = PATIENCE }: Where): Promise<SiteServer> {
  const server = createAdaptorServer({
    fetch: site.fetch,
    serverOptions: {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: patience.idleMs,
      connectionsCheckingInterval: Math.min(1_000, patience.headersMs),
      maxHeaderSize: MOST_HEADER_BYTES,
    },
  }) as Server;
  // When the site closes, Node closes what is idle then; what becomes idle later would stay for as long as it may.
  server.on("request", (_request, response) => {
    response.once("close", () => void (server.listening || server.closeIdleConnections()));
  });
  server.maxHeadersCount = MOST_HEADERS;
  server.maxConnections = MOST_CONNECTIONS;
  server.maxRequestsPerSocket = MOST_REQUESTS_A_CONNECTION;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new PaperboyError("usage", {
      message: `cannot listen on ${host}, port ${port}`,
      hint: "Give another one with --host and --port, or `serve:` in paperboy.yaml.",
      cause,
    });
  }
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), patience.goodbyeMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
