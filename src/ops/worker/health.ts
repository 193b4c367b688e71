import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PaperboyError } from "../../core/errors.js";

export interface HealthParts {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Rejects when the worker could deliver nothing now. */
  readonly alive: () => Promise<void>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Tells whoever looks after workers how this one is: `/healthz` is 200 or 503, `/metrics` is for Prometheus. No names, no
 * addresses; still meant for the inside of a network.
 * @throws PaperboyError `usage` when it cannot listen there.
 */
export async function openHealth({ host, port, alive, metrics }: HealthParts): Promise<Health> {
  const answers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    "/healthz": async (response) => {
      await alive();
      say(response, { status: 200, type: "application/json", text: '{"status":"ok"}' });
    },
    "/metrics": async (response) =>
      say(response, { status: 200, type: metrics.contentType, text: await metrics.text() }),
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    const answer = answers[(request.url ?? "").split("?")[0] ?? ""];
    if (answer === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      return say(response, { status: 404, type: "text/plain", text: "not here\n" });
    }
    answer(response).catch(() => say(response, { status: 503, type: "application/json", text: '{"status":"down"}' }));
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const message = `cannot listen on ${host}, port ${port}`;
    throw new PaperboyError("usage", { message, hint: "Choose another with --health-port.", cause });
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

interface Said {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function say(response: ServerResponse, { status, type, text }: Said): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(text);
}
