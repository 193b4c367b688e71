import type pg from "pg";
import { PaperboyError } from "../../core/errors.js";
import type { PostgresLocation } from "../store-url.js";

/** The PostgreSQL driver, loaded on first use. */
export type Driver = typeof pg;

/** Time-out of a connection attempt, in ms. */
const CONNECT_MS = 10_000;

/** Time-outs that the server enforces, in ms: for a statement, a wait for a lock, an idle transaction. */
const STATEMENT_MS = 300_000;
const LOCK_MS = 15_000;
const IDLE_TRANSACTION_MS = 60_000;

/** The server probes silent connections, so that the locks of a vanished machine are released within about a minute. */
const KEEPALIVE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

/** Compiling one of the many short statements takes longer than running it. */
const NO_JIT = "-c jit=off";

/** The type id of `bigint`, which the driver returns as text. Instants, ids and counts are far below 2^53. */
const BIGINT = 20;

/**
 * Loads pg, an optional peer dependency.
 * @throws PaperboyError `config-invalid` when it is not installed.
 */
export async function loadDriver(): Promise<Driver> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: "the store is a PostgreSQL database, and its driver is not installed",
      hint: "Install it next to Paperboy: `npm install pg` (with --global if Paperboy is installed globally).",
      cause,
    });
  }
}

/** Returns the options of every connection. */
export function clientOptions({ types }: Driver, { url, schema }: PostgresLocation): pg.ClientConfig {
  const target = new URL(url);
  const options = target.searchParams.get("options");
  target.searchParams.delete("options");
  return {
    connectionString: target.href,
    application_name: "paperboy",
    options: [options, `-c search_path=${schema}`, KEEPALIVE, NO_JIT].filter(Boolean).join(" "),
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: {
      getTypeParser: ((type: number, format?: "text") =>
        type === BIGINT ? Number : (types.getTypeParser(type, format) as unknown)) as typeof types.getTypeParser,
    },
  };
}
