import { existsSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import type { QueueAddress } from "../store/jobs.js";
import type { CopyReport } from "../store/sql/copy.js";
import type { Database } from "../store/sql/database.js";
import { parseStoreUrl, storeExists, type StoreLocation } from "../store/store-url.js";
import type { Store } from "../store/store.js";

export interface StoreOptions {
  /** The path of a SQLite file, which is created if it does not exist, or `postgres://...`. */
  readonly target: string;
  /** The folder of a relative path; the current folder by default. */
  readonly folder?: string;
  /** The HMAC-SHA256 key of the suppression list. With another key, erased addresses are no longer recognised. */
  readonly key: Buffer;
  /** Whether an earlier database may have numbered readers (`isUsedHome`). */
  readonly isUsed?: boolean;
}

/** What an installation leaves in its home folder besides the database. */
const TRACES = ["paperboy.key", "records", "outbox"];

/** Whether links may have been signed in this home folder. Must be called before the key is created. */
export function isUsedHome(home: string): boolean {
  return TRACES.some((name) => existsSync(path.join(home, name)));
}

/**
 * Opens the store and creates its tables if it is new. In place of a deleted SQLite file, numbers continue from the clock, since
 * the old key signed links for the old numbers; a new schema in PostgreSQL always starts there.
 * @throws PaperboyError `store-failed` if the database is locked, damaged, of another version or unreachable; `config-invalid`
 *   if the URL is invalid or the driver is not installed.
 */
export async function openStore({ target, folder = "", key, isUsed = false }: StoreOptions): Promise<Store> {
  const location = parseStoreUrl(target, folder);
  const replacesAnother = isUsed && !storeExists(target, folder);
  const store = await storeAt(location, key);
  if (replacesAnother) await store.acceptRestored();
  return store;
}

async function storeAt(location: StoreLocation, key: Buffer): Promise<Store> {
  const database = await openDatabase(location);
  return (await import("../store/sql/store.js")).storeIn(database, key);
}

async function openDatabase(location: StoreLocation): Promise<Database> {
  return location.kind === "postgres"
    ? (await import("../store/postgres/database.js")).openDatabase(location)
    : (await import("../store/sqlite/database.js")).openDatabase(location.file);
}

/**
 * Whether a database has tables. Creates nothing.
 * @throws PaperboyError `store-failed` if the server is unreachable.
 */
export async function storeHasTables(target: string, folder: string): Promise<boolean> {
  const location = parseStoreUrl(target, folder);
  if (location.kind !== "postgres") return storeExists(target, folder);
  return (await import("../store/postgres/schema.js")).hasTables(location);
}

/** Returns an empty store in memory, for a dry run without a database. */
export async function openEmptyStore(key: Buffer): Promise<Store> {
  return storeAt({ kind: "sqlite", file: ":memory:" }, key);
}

/**
 * Returns the database of the job queue, which is that of the store.
 * @throws PaperboyError `config-invalid` for a SQLite file.
 */
export function queueOf(target: string): QueueAddress {
  const location = parseStoreUrl(target, "");
  if (location.kind === "postgres") return location;
  throw new PaperboyError("config-invalid", {
    message: "workers need PostgreSQL, but the database is a SQLite file",
    hint: "On one machine, `paperboy run`, started by cron, is enough. To use PostgreSQL, see docs/postgresql.md.",
  });
}

export interface CopyQuery {
  /** Paths of SQLite files, relative to `directory`, or `postgres://...`. */
  readonly from: string;
  readonly to: string;
  readonly directory: string;
  readonly now: Date;
  /** Called before each table. */
  readonly onTable: (name: string) => void;
}

/**
 * Copies the whole store into an empty database of either kind and pauses the source (src/store/sql/copy.ts).
 * @throws PaperboyError `store-failed` if the source does not exist; `already-running` if a run uses either store.
 */
export async function copyStore({ from, to, directory, now, onTable }: CopyQuery): Promise<CopyReport> {
  if (!storeExists(from, directory)) {
    throw new PaperboyError("store-failed", {
      message: `${from} does not exist`,
      hint: "Give the file or the URL of an existing database.",
    });
  }
  const { copyBetween } = await import("../store/sql/copy.js");
  return withDatabase(parseStoreUrl(from, directory), (source) =>
    withDatabase(parseStoreUrl(to, directory), (target) => copyBetween({ source, target, now, onTable })),
  );
}

/** Opens a database, holds its run lock while `use` runs, and releases both. */
async function withDatabase<T>(location: StoreLocation, use: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(location);
  try {
    const lock = await database.lock();
    if (lock === null) {
      throw new PaperboyError("already-running", {
        message: `a run is under way in ${database.displayName}`,
        hint: "Wait until it ends, or stop it with `paperboy pause`. Then copy again.",
      });
    }
    return await use(database).finally(() => lock.close());
  } finally {
    await database.close();
  }
}
