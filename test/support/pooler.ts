import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { PostgresServer } from "./postgres.js";

/** A connection pooler in front of a server, which behaves like PgBouncer as far as Paperboy can observe. */
export interface Pooler {
  /** Returns the URL of a store behind the pooler. Each name is a separate schema. */
  store(schema: string): string;
  close(): Promise<void>;
}

/** The startup parameters that PgBouncer accepts; it refuses all others (https://www.pgbouncer.org/config.html). */
const ACCEPTED: ReadonlySet<string> = new Set([
  "user",
  "database",
  "client_encoding",
  "datestyle",
  "timezone",
  "standard_conforming_strings",
  "application_name",
]);

const SSL_REQUEST = 80_877_103;

/**
 * Starts a pooler. With `session`, a client keeps its connection to the server until it disconnects; with `transaction`, until a
 * transaction ends. Idle connections are used again, the last one first. The pooler announces its own process ids.
 */
export async function startPooler(server: PostgresServer, mode: "session" | "transaction"): Promise<Pooler> {
  const idle: Backend[] = [];
  const open = new Set<Socket>();
  const listener = createServer((client) => {
    open.add(client);
    void serve(client, { server, mode, idle, open }).catch(() => client.destroy());
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return {
    store: (schema) => `postgres://paperboy@127.0.0.1:${port}/postgres?schema=${schema}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}

interface Pool {
  readonly server: PostgresServer;
  readonly mode: "session" | "transaction";
  readonly idle: Backend[];
  readonly open: Set<Socket>;
}

/** A connection to the server. Its messages go to one client at a time. */
interface Backend {
  readonly socket: Socket;
  receive: (message: Buffer) => void;
}

async function serve(client: Socket, pool: Pool): Promise<void> {
  const refused = (await readStartup(client)).find((name) => !ACCEPTED.has(name));
  if (refused !== undefined) {
    client.end(messageOf("E", `SFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`));
    return;
  }
  let backend: Backend | null = null;
  const release = (): void => {
    if (backend !== null) pool.idle.push(backend);
    backend = null;
  };
  const acquire = async (): Promise<Backend> => {
    const taken = pool.idle.pop() ?? (await connectBackend(pool));
    taken.receive = (message) => {
      client.write(message);
      // ReadyForQuery outside of a transaction.
      if (pool.mode === "transaction" && typeOf(message) === "Z" && message.toString("latin1", 5) === "I") release();
    };
    return taken;
  };
  client.on("close", () => backend?.socket.destroy());
  const processId = Buffer.alloc(8, 1);
  client.write(
    Buffer.concat([messageOf("R", Buffer.alloc(4)), messageOf("K", processId), messageOf("Z", Buffer.from("I"))]),
  );
  for await (const chunk of client as AsyncIterable<Buffer>) {
    backend ??= await acquire();
    backend.socket.write(chunk);
  }
}

/** Reads the startup message and returns the names of its parameters. Refuses encryption. */
async function readStartup(client: Socket): Promise<readonly string[]> {
  for (;;) {
    const [packet] = (await once(client, "data")) as [Buffer];
    if (packet.readInt32BE(4) !== SSL_REQUEST) {
      client.pause();
      const texts = packet.toString("utf8", 8).split("\0");
      return texts.filter((name, index) => index % 2 === 0 && name !== "");
    }
    client.write("N");
  }
}

async function connectBackend({ server, open }: Pool): Promise<Backend> {
  const socket = connect(server.port, "127.0.0.1");
  open.add(socket);
  socket.on("error", () => socket.destroy());
  const startup = Buffer.from("\0\x03\0\0user\0paperboy\0database\0postgres\0\0", "latin1");
  const length = Buffer.alloc(4);
  length.writeInt32BE(startup.length + 4);
  socket.write(Buffer.concat([length, startup]));
  const backend: Backend = { socket, receive: () => undefined };
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const end = rest.readInt32BE(1) + 1;
      backend.receive(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
  return new Promise((resolve) => {
    backend.receive = (message) => void (typeOf(message) === "Z" && resolve(backend));
  });
}

function typeOf(message: Buffer): string {
  return message.toString("latin1", 0, 1);
}

/** Returns a message of the protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
function messageOf(type: string, content: string | Buffer): Buffer {
  const body = Buffer.from(content);
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
