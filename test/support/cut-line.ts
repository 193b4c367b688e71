import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP proxy that can cut its connections or corrupt a command. */
export interface Line {
  readonly port: number;
  /** The number of connections so far. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * When to cut a connection: when the client sends text that matches `words`, before the server gets it (`before`) or before the
 * client gets the reply (`after`). `refused` does not cut: it corrupts the command, so that the server refuses it.
 */
export interface Cut {
  /** The index of the connection, from 0. */
  readonly connection: number;
  readonly words: RegExp;
  readonly when: "before" | "after" | "refused";
}

/** Starts a proxy to a local port. */
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
      const matches = cut?.words.test(chunk.toString("latin1")) ?? false;
      if (matches && cut?.when === "before") return client.destroy();
      if (cut?.when === "refused")
        return upstream.write(chunk.toString("latin1").replace(cut.words, "SPOILED"), "latin1");
      isMuted ||= matches;
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
