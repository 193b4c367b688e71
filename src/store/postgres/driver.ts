import type pg from "pg";
import { PaperboyError } from "../../core/errors.js";
import type { PostgresLocation } from "../store-url.js";

/** The PostgreSQL driver, loaded on first use. */
export type Driver = typeof pg;

/** How long we wait for a connection, in ms. */
const CONNECT_MS = 10_000;

/** What the server ends by itself: a statement that hangs, a wait for a lock, a transaction that its process forgot; in ms. */
const STATEMENT_MS = 300_000;
const LOCK_MS = 15_000;
const FORGOTTEN_MS = 60_000;

/** The server looks after a silent peer, so that the locks of a machine that vanished go within about a minute. */
const KEEPALIVE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

/** Our statements are many and short; compiling one takes longer than running it. */
const PLANNING = "-c jit=off";

/** The type of `bigint`, which the driver would give as text; ours are instants, ids and counts, all far below 2^53. */
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
      hint: "Install it beside Paperboy: `npm install pg` (with --global if Paperboy is global).",
      cause,
    });
  }
}

/** What each connection is opened with. */
export function clientOptions({ types }: Driver, { url, schema }: PostgresLocation): pg.ClientConfig {
  const given = new URL(url);
  const wished = given.searchParams.get("options");
  given.searchParams.delete("options");
  return {
    connectionString: given.href,
    application_name: "paperboy",
    options: [wished, `-c search_path=${schema}`, KEEPALIVE, PLANNING].filter(Boolean).join(" "),
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: FORGOTTEN_MS,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: {
      getTypeParser: ((type: number, format?: "text") =>
        type === BIGINT ? Number : (types.getTypeParser(type, format) as unknown)) as typeof types.getTypeParser,
    },
  };
}
