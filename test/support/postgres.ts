import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A PostgreSQL server for tests in a temporary folder, with a socket in that folder. */
export interface PostgresServer {
  /** Returns the URL of a store. Each name is a separate schema. */
  store(schema: string): string;
  /** Returns the URL of a store over TCP, for tests that need a network. */
  storeByTcp(schema: string): string;
  readonly port: number;
  /** Stops the server as for a restart: closes connections and keeps committed data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Kills the server. The next start recovers committed data. */
  crash(): Promise<void>;
  /** Ends all other connections. */
  cut(): Promise<void>;
  remove(): Promise<void>;
}

/** Returns the folder of the server's programs, which Debian keeps off PATH; null if it is not installed. */
export function findPostgres(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => path.join(debian, version, "bin")), "/usr/bin", "/usr/local/bin"];
  return (
    folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(path.join(folder, program)))) ?? null
  );
}

/** Starts a server. Without `durable` it does not wait for the disk, which only tests that crash it need. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === null) throw new Error("PostgreSQL's server is not installed: postgresql on Debian");
  const owner = serverUser();
  const folder = createFolder("pb-pg-", owner);
  const data = path.join(folder, "data");
  execFileSync("cp", ["-r", newCluster(programs, owner), data], { ...owner, cwd: folder });
  const port = await freePort();
  const settings = {
    unix_socket_directories: folder,
    listen_addresses: "127.0.0.1",
    port: String(port),
    max_connections: "100",
    shared_buffers: "64MB",
    fsync: durable ? "on" : "off",
    ...(durable ? {} : { synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let server: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const program = path.join(programs, "postgres");
    server = spawn(program, ["-D", data, ...flags], { ...owner, cwd: folder, stdio: "ignore" });
    await waitForClient(port, server);
  };
  const stop = async (signal: NodeJS.Signals = "SIGINT"): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, "exit");
    server.kill(signal);
    await exit;
  };
  await start();
  return {
    port,
    store: (schema) => `postgres:///postgres?host=${folder}&port=${port}&user=paperboy&schema=${schema}`,
    storeByTcp: (schema) => `postgres://paperboy@127.0.0.1:${port}/postgres?schema=${schema}`,
    start,
    stop: () => stop(),
    crash: () => stop("SIGQUIT"),
    cut: async () => {
      const { Client } = (await import("pg")).default;
      const client = new Client({ host: folder, port, user: "paperboy", database: "postgres" });
      await client.connect();
      await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paperboy'");
      await client.end();
    },
    remove: async () => {
      await stop("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the data of a new server. The servers of a test run copy it, because `initdb` takes ten times as long as a copy. */
function newCluster(programs: string, owner: ServerUser): string {
  const shared = path.join(os.tmpdir(), "pb-cluster");
  if (!existsSync(shared)) {
    const folder = createFolder("pb-cluster-", owner);
    const data = path.join(folder, "data");
    const fixed = ["--no-sync", "--auth=trust", "--username=paperboy", "--encoding=UTF8", "--locale=C.UTF-8"];
    execFileSync(path.join(programs, "initdb"), [...fixed, "-D", data], { ...owner, stdio: "ignore", cwd: folder });
    try {
      renameSync(folder, shared);
    } catch {
      // Another test file was faster.
      rmSync(folder, { recursive: true });
    }
  }
  return path.join(shared, "data");
}

function createFolder(prefix: string, { uid, gid = uid }: ServerUser): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}

interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Returns the user of the server. It refuses to run as root, so Debian's package creates a user for it. */
function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Waits until the server accepts a client. */
async function waitForClient(port: number, server: ChildProcess): Promise<void> {
  const { Client } = (await import("pg")).default;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error("the PostgreSQL server did not start");
    const client = new Client({ host: "127.0.0.1", port, user: "paperboy", database: "postgres" });
    client.on("error", () => undefined);
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) return;
    await sleep(20);
  }
}
