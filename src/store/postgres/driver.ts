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

/** Returns the options of every connection. session.ts changes the settings of the session once it is open. */
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
