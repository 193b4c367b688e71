import type pg from "pg";
import { PaperboyError } from "../../core/errors.js";
import type { PostgresLocation } from "../store-url.js";

/** The PostgreSQL driver, loaded on first use. */
export type Driver = typeof pg;

/** The time-out of a connection attempt, in ms. */
const CONNECT_MS = 10_000;

/** The type id of `bigint`, which the driver returns as text. Instants, ids and counts are far below 2^53. */
const BIGINT = 20;

/**
 * Loads pg, an optional peer dependency.
 * @throws PaperboyError `config-invalid` if it is not installed.
 */
export async function loadDriver(): Promise<Driver> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: "the driver of PostgreSQL is not installed",
      hint: "Install it next to Paperboy: `npm install pg` (with --global if Paperboy is installed globally).",
      cause,
    });
  }
}

/** Returns the options of every connection. `sessionStarter` changes the settings of the session once it is open. */
export function clientOptions({ types }: Driver, { url }: PostgresLocation): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "paperboy",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: {
      getTypeParser: ((type: number, format?: "text") =>
        type === BIGINT ? Number : (types.getTypeParser(type, format) as unknown)) as typeof types.getTypeParser,
    },
  };
}

/** A server and the driver for it. */
export interface Server {
  readonly driver: Driver;
  readonly location: PostgresLocation;
}

/**
 * Returns the settings of every session, by their names in PostgreSQL. Times are in ms. The settings for keepalive, in seconds,
 * make the server release the locks of an unreachable machine within about a minute. The settings are applied after connecting,
 * because a pooler such as PgBouncer refuses them as parameters of the connection.
 */
function settingsOf({ schema }: PostgresLocation): Readonly<Record<string, string>> {
  return {
    search_path: schema,
    statement_timeout: "300000",
    lock_timeout: "15000",
    idle_in_transaction_session_timeout: "60000",
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    // JIT is disabled, because compiling one of the many short statements takes longer than running it.
    jit: "off",
  };
}

/**
 * Returns a function that prepares each new connection.
 * @throws PaperboyError `store-failed` if a pooler shares connections among its clients.
 */
export function sessionStarter(server: Server): (client: pg.ClientBase) => Promise<void> {
  let checked: Promise<void> | null = null;
  return async (client) => {
    // A pooler invents the id that it returns to a client.
    const announced = (client as { readonly processID?: number | null }).processID ?? 0;
    const backend = await applySettings(client, announced, server);
    if (backend === announced) return;
    checked ??= assertOwnBackend(client, backend, server).catch((error: unknown) => {
      checked = null;
      throw error;
    });
    await checked;
    await applySettings(client, backend, server);
  };
}

/** Applies the settings if the backend that answers is `backend`. Returns the id of the backend that answered. */
async function applySettings(client: pg.ClientBase, backend: number, { location }: Server): Promise<number> {
  const settings = settingsOf(location);
  const { rows } = await client.query<{ backend: number }>(
    `SELECT pg_backend_pid() AS backend, (SELECT count(set_config(s.name, s.value, false))
       FROM unnest($1::text[], $2::text[]) AS s (name, value) WHERE pg_backend_pid() = $3) AS applied`,
    [Object.keys(settings), Object.values(settings), backend],
  );
  return rows[0]?.backend ?? 0;
}

/** How often the check for a shared connection is repeated, because a pooler may assign its connections in turn. */
const ROUNDS = 3;

/** The time that the pooler may take to find a connection for a second client, in ms. */
const QUERY_TIMEOUT_MS = 10_000;

/**
 * Asserts that each client has its own connection to the server. If not, a transaction of a second client uses the idle
 * connection of the first, or the first client is moved to another connection.
 */
async function assertOwnBackend(client: pg.ClientBase, backend: number, { driver, location }: Server): Promise<void> {
  const other = new driver.Client({ ...clientOptions(driver, location), query_timeout: QUERY_TIMEOUT_MS });
  // The query reports a broken connection.
  other.on("error", () => undefined);
  try {
    await other.connect();
    for (let round = 0; round < ROUNDS; round += 1) {
      await other.query("BEGIN").catch((error: unknown) => {
        throw shared(location, error);
      });
      if ((await backendOf(other)) === backend || (await backendOf(client)) !== backend) throw shared(location);
      await other.query("ROLLBACK");
    }
  } finally {
    await other.end().catch(() => undefined);
  }
}

async function backendOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ backend: number }>("SELECT pg_backend_pid() AS backend");
  return rows[0]?.backend ?? 0;
}

function shared({ displayName }: PostgresLocation, cause?: unknown): PaperboyError {
  const reply = cause instanceof Error ? ` (${cause.message})` : "";
  return new PaperboyError("store-failed", {
    message: `the database at ${displayName} is behind a pooler whose clients share connections, as with PgBouncer's pool_mode=transaction${reply}`,
    hint: "Set pool_mode=session for this database, or connect to the server itself: the run lock and the settings belong to a session.",
    cause,
  });
}
