import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PaperboyError } from "../../core/errors.js";

export interface HealthParts {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** Rejects if the worker cannot deliver. */
  readonly alive: () => Promise<void>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the state of a worker: `/healthz` returns 200 or 503, and `/metrics` is for Prometheus. The responses contain no names or
 * addresses, but the port should not be public.
 * @throws PaperboyError `usage` if it cannot listen on the port.
 */
export async function openHealth({ host, port, alive, metrics }: HealthParts): Promise<Health> {
  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    "/healthz": async (response) => {
      await alive();
      respond(response, { status: 200, type: "application/json", text: '{"status":"ok"}' });
    },
    "/metrics": async (response) =>
      respond(response, { status: 200, type: metrics.contentType, text: await metrics.text() }),
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    const route = routes[(request.url ?? "").split("?")[0] ?? ""];
    if (route === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      return respond(response, { status: 404, type: "text/plain", text: "not found\n" });
    }
    route(response).catch(() =>
      respond(response, { status: 503, type: "application/json", text: '{"status":"down"}' }),
    );
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const message = `cannot listen on ${host}, port ${port}`;
    throw new PaperboyError("usage", { message, hint: "Choose another port with --health-port.", cause });
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function respond(response: ServerResponse, { status, type, text }: Reply): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(text);
}
