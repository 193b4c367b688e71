import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A complete request. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The response of a receiver. `drop` closes the connection, and `silence` never responds. */
export type Reaction =
  | "drop"
  | "silence"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | ((response: ServerResponse) => void);

export interface Receiver {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly received: readonly Received[];
  /** Returns the received JSON bodies in order. */
  readonly bodies: () => readonly Record<string, unknown>[];
  close(): Promise<void>;
}

/** Starts an HTTP server that records requests. `react` gets the index of the request, from 0, and responds with 200 by default. */
export async function startReceiver(react: (turn: number) => Reaction = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const reaction = react(received.length);
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
      if (reaction === "drop") request.socket.destroy();
      else if (typeof reaction === "function") reaction(response);
      else if (reaction !== "silence") response.writeHead(reaction.status, reaction.headers).end(reaction.body ?? "ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    bodies: () => received.map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
