import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import type { Store } from "./store.js";

export interface StoreOptions {
  /** The path of an SQLite file, which is made when it is not there; or `postgres://...`. */
  readonly target: string;
  /** The secret under which the suppression list keeps addresses (HMAC-SHA256). Another key forgets who was erased. */
  readonly key: Buffer;
}

/**
 * Opens what is remembered, and brings its tables up to date.
 * @throws PaperboyError `store-failed` when the database is locked, damaged, from a newer Paperboy or not to be reached, or
 *   when its driver is not installed; `config-invalid` for an address that is none.
 */
export async function openStore({ target, key }: StoreOptions): Promise<Store> {
  if (isServer(target)) return (await import("./postgres/store.js")).openPostgresStore({ target, key });
  return (await import("./sqlite/store.js")).openSqliteStore({ file: target, key });
}

/**
 * A store as it is given, a path seen from a folder or an address, as it is opened.
 * @throws PaperboyError `config-invalid` for a kind of store that there is not.
 */
export function placeStore(given: string, folder: string): string {
  if (isServer(given)) return given;
  if (!/^[a-z]+:\/\//i.test(given)) return path.resolve(folder, given);
  throw new PaperboyError("config-invalid", {
    message: "the store is an address of a kind that is not supported",
    hint: "Set PAPERBOY_STORE to the path of a file, such as paperboy.db, or to postgres://user@host/database.",
  });
}

/** Whether the target is a PostgreSQL database and no file. */
export function isServer(target: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(target);
}

/**
 * Where jobs stand in line: in the same database, beside the tables of the store.
 * @throws PaperboyError `config-invalid` for a file: jobs need a server.
 */
export async function queueOf(target: string): Promise<{ readonly url: string; readonly schema: string }> {
  if (isServer(target)) return (await import("./postgres/address.js")).parseAddress(target);
  throw new PaperboyError("config-invalid", {
    message: "workers need PostgreSQL, and the store is a file",
    hint: "On one machine `paperboy run`, called by cron, delivers everything. To grow, see docs/workers.md: `paperboy store copy`.",
  });
}
