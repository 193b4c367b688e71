import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
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
  /** From the request until the client has received the response. */
  readonly responseMs: number;
  /** How long `close` waits for open requests. */
  readonly shutdownMs: number;
}

/** Forms are small, so slower clients are cut off: they may be attacks that hold connections open (Slowloris). */
export const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 5_000,
  responseMs: 30_000,
  shutdownMs: 10_000,
};

/** Limits of what is in memory for clients that have not received it. */
interface UnreadLimits {
  /** Requests of one connection that wait for the end of their response. Browsers and proxies send one at a time. */
  readonly requests: number;
  /** Bytes of all connections; beyond them, the connections that have waited longest are closed. */
  readonly bytes: number;
}

/** The largest pages have a few hundred KB, so a connection holds at most a few MB. */
const UNREAD: UnreadLimits = { requests: 4, bytes: 32 * 1024 * 1024 };

const MAX_HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 2_000;
const MAX_REQUESTS_PER_CONNECTION = 1_000;

interface ServerOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  readonly timeouts?: Timeouts;
  readonly unread?: UnreadLimits;
}

/** Starts an HTTP server for the site. @throws PaperboyError `usage` if it cannot listen on the address. */
export async function startSite(
  site: Hono<SiteEnv>,
  { host, port, timeouts = TIMEOUTS, unread = UNREAD }: ServerOptions,
): Promise<SiteServer> {
  const server = createAdaptorServer({
    // A closed connection has no use for the rest of its requests.
    fetch: (request, env) =>
      env.incoming.socket.destroyed ? new Response(null, { status: 503 }) : site.fetch(request, env),
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
  disconnectUnread(server, { ...unread, responseMs: timeouts.responseMs });
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

/** Closes connections whose client does not read its responses: Node waits for such a client without limit. */
function disconnectUnread(
  server: Server,
  { requests, bytes, responseMs }: UnreadLimits & Pick<Timeouts, "responseMs">,
): void {
  /** The responses of each connection that the client has not received, with their start. The longest wait comes first. */
  const waiting = new Map<Socket, Map<ServerResponse, number>>();
  const disconnect = (socket: Socket): void => {
    waiting.delete(socket);
    socket.destroy();
  };
  const enforce = (): void => {
    const overdue = performance.now() - responseMs;
    for (const [socket, responses] of waiting) {
      const [since = Infinity] = responses.values();
      if (since <= overdue || responses.size > requests) disconnect(socket);
    }
    const held = [...waiting].map(([socket, responses]) => ({ socket, bytes: unreadBytes(responses.keys()) }));
    let total = held.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of held) {
      if (total <= bytes) break;
      if (one.bytes > 0) disconnect(one.socket);
      total -= one.bytes;
    }
  };
  server.on("connection", (socket: Socket) => socket.once("close", () => waiting.delete(socket)));
  server.prependListener("request", ({ socket }, response) => {
    const responses = waiting.get(socket) ?? new Map<ServerResponse, number>();
    waiting.set(socket, responses.set(response, performance.now()));
    // At `prefinish` the response is written; bytes that the system did not accept wait in memory.
    response.once("prefinish", enforce).once("close", () => {
      responses.delete(response);
      if (responses.size === 0) waiting.delete(socket);
    });
    enforce();
  });
  const timer = setInterval(enforce, Math.min(1_000, responseMs)).unref();
  server.once("close", () => clearInterval(timer));
}

function unreadBytes(responses: Iterable<ServerResponse>): number {
  return [...responses].reduce((sum, { writableLength }) => sum + writableLength, 0);
}
