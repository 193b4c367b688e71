import { existsSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { isUrl } from "../core/url.js";

/** A SQLite file. */
export interface SqliteLocation {
  readonly kind: "sqlite";
  /** An absolute path. */
  readonly file: string;
}

/** A schema in a PostgreSQL database. */
export interface PostgresLocation {
  readonly kind: "postgres";
  /** The URL for the driver, without the parameters that only Paperboy reads. */
  readonly url: string;
  /** The name for messages, without user and password. */
  readonly displayName: string;
  /** The schema with all tables of this installation. */
  readonly schema: string;
  /** The maximum number of connections of this process, without the one that holds the run lock. */
  readonly poolSize: number;
  /** Whether a standby that takes over has every committed transaction, so that a failover loses none. */
  readonly synchronousFailover: boolean;
}

export type StoreLocation = SqliteLocation | PostgresLocation;

const MAX_POOL_SIZE = 100;

/**
 * Parses the setting `store`: the path of a SQLite file, relative to `folder`, or
 * `postgres://user@host/database?schema=paperboy&pool=10&failover=synchronous`. All other parameters are passed to the driver.
 * @throws PaperboyError `config-invalid`.
 */
export function parseStoreUrl(text: string, folder: string): StoreLocation {
  const file = storeFile(text, folder);
  if (file !== null) return { kind: "sqlite", file };
  if (/^postgres(?:ql)?:/i.test(text)) return parsePostgresUrl(text);
  throw new PaperboyError("config-invalid", {
    message: "the URL of the database has an unsupported scheme",
    hint: "Set PAPERBOY_STORE to the path of a file, such as paperboy.db, or to postgres://user@host/database.",
  });
}

/** Returns the absolute path of the SQLite file in the setting; null for a URL. */
export function storeFile(text: string, folder: string): string | null {
  return /^[a-z]+:\/\//i.test(text) ? null : path.resolve(folder, text);
}

/**
 * Returns the file with the epoch, by which a restored or missing SQLite database is recognised. It must not be part of a
 * backup.
 */
export function epochFile(file: string): string {
  return `${file}.epoch`;
}

/**
 * Whether opening the store would create no file: the SQLite file exists, its epoch file shows that it existed, or the setting
 * is a URL.
 */
export function storeExists(text: string, folder: string): boolean {
  const file = storeFile(text, folder);
  return file === null || existsSync(file) || existsSync(epochFile(file));
}

/**
 * Parses a PostgreSQL URL. Connections to other machines are encrypted and verify the server's certificate, unless `sslmode`
 * says otherwise.
 */
function parsePostgresUrl(text: string): PostgresLocation {
  const url = isUrl(text) ? new URL(text) : invalid("the store is not a valid URL");
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  };
  const schema = take("schema") ?? "paperboy";
  const poolSize = Number(take("pool") ?? 10);
  const failover = take("failover");
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema) || schema.startsWith("pg_")) {
    invalid(
      "the store's schema= must be at most 51 lower-case letters, digits and underscores, and not begin with pg_",
    );
  }
  if (!Number.isInteger(poolSize) || poolSize < 2 || poolSize > MAX_POOL_SIZE) {
    invalid(`the store's pool= must be a whole number from 2 to ${MAX_POOL_SIZE}`);
  }
  if (failover !== null && failover !== "synchronous") invalid("the store's failover= can only be synchronous");
  const host = url.searchParams.get("host") ?? url.host;
  // Without sslmode, the driver would send everything unencrypted, including the password.
  if (!isLocal(host) && !url.searchParams.has("sslmode")) url.searchParams.set("sslmode", "verify-full");
  return {
    kind: "postgres",
    url: url.href,
    displayName: `${host || "localhost"}${url.pathname}, schema ${schema}`,
    schema,
    poolSize,
    synchronousFailover: failover === "synchronous",
  };
}

/** Whether traffic to the host stays on this machine. */
function isLocal(host: string): boolean {
  return host === "" || host.startsWith("/") || /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}

function invalid(message: string): never {
  throw new PaperboyError("config-invalid", {
    message,
    hint: "Use the form postgres://user:password@host:5432/database?schema=paperboy&pool=10.",
  });
}
