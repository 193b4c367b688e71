import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A line to a server of this machine that can be cut. */
export interface Line {
  readonly port: number;
  /** How many connections there were. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * Passes everything on, and cuts a connection when the server said so many bytes, or when the client sent words: before the
 * server sees them (`before`), or before the client sees the answer (`after`).
 */
export interface Cut {
  /** Which connection, from 0. */
  readonly connection: number;
  readonly words: RegExp;
  readonly when: "before" | "after";
}

/** Opens a line to a port of this machine. */
export async function openLine(port: number, cuts: readonly Cut[]): Promise<Line> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const cut = cuts.find(({ connection }) => connection === connections);
    connections += 1;
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let isMuted = false;
    client.on("data", (chunk) => {
      const isHere = cut?.words.test(chunk.toString("latin1")) ?? false;
      if (isHere && cut?.when === "before") return client.destroy();
      isMuted ||= isHere;
      return upstream.write(chunk);
    });
    upstream.on("data", (chunk) => (isMuted ? client.destroy() : client.write(chunk)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
