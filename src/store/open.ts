import { PaperboyError } from "../errors.js";
import { openSqliteStore } from "./sqlite/store.js";
import type { Store } from "./store.js";

export interface StoreOptions {
  /** The path of an SQLite file; it is made when it is not there. */
  readonly target: string;
  /** The secret under which the suppression list keeps addresses (HMAC-SHA256). Another key forgets who was erased. */
  readonly key: Buffer;
}

/**
 * Opens what is remembered, and brings its tables up to date.
 * @throws PaperboyError `store-failed` when the database is locked, damaged, from a newer Paperboy or not to be reached, or
 *   when its driver is not installed; `config-invalid` for a kind of store that there is not.
 */
export async function openStore({ target, key }: StoreOptions): Promise<Store> {
  if (/^[a-z]+:\/\//i.test(target)) {
    throw new PaperboyError("config-invalid", {
      message: "the store is an address, and only a file is supported",
      hint: "Set PAPERBOY_STORE to the path of a file, such as paperboy.db.",
    });
  }
  return openSqliteStore({ file: target, key });
}
