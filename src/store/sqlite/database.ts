import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "better-sqlite3";
import { Kysely, sql, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { RunLock } from "../store.js";
import type { Connection, Database as StoreDatabase, Db } from "../sql/database.js";
import type { HasDialect } from "../sql/dialect.js";
import { fillNewFile } from "../sql/new-file.js";
import type { Tables } from "../sql/tables.js";
import { epochFile } from "../store-url.js";
import { SQLITE } from "./dialect.js";
import { loadDriver, type OpenDatabase } from "./driver.js";
import { sqliteCode, storeFailure } from "./failures.js";
import { groupWrites } from "./group-commit.js";
import { openRestoreGuard } from "./restore-guard.js";
import { createSchema } from "./schema.js";

/** An open database file. */
export interface FileConnection extends Connection {
  /**
   * Runs a transaction that holds the write lock from its first statement and is durable when this resolves. Every write must
   * use it, because outside a transaction a statement that returns rows hides the failure of its commit (SQLITE_FULL).
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a database file, which must be on a local disk. Next to it are the write-ahead log, the run lock (`.lock`) and the number of
 * the restore guard (`.epoch`).
 * @throws PaperboyError `store-failed`.
 */
export async function openDatabase(file: string): Promise<StoreDatabase> {
  const connection = await openConnection(file);
  return {
    kind: "sqlite",
    displayName: file,
    connection,
    guard: openRestoreGuard(connection, file),
    lock: () => takeLock(file),
    backup: (copy) => fillNewFile(copy, () => connection.read((db) => sql`VACUUM INTO ${copy}`.execute(db))),
    close: () => connection.close(),
  };
}

/** SQLite's name for a database that exists only in memory. */
const IN_MEMORY = ":memory:";

/** How long to retry while another process holds a lock, in ms. Only the largest transactions take longer. */
const RETRY_MS = 15_000;

/** How long SQLite itself waits for a lock, in ms. This is short, because it blocks the process and its SMTP connections. */
const BUSY_TIMEOUT_MS = 50;

/** The delay between two attempts, in ms. */
const DELAY_MS = 10;

/**
 * The size of SQLite's page cache, in KiB. Sorting and grouping can use as much again. With the driver's default of 16 MB, the
 * largest transactions would use twice that, although the operating system caches the file anyway.
 */
const CACHE_KIB = 4000;

/**
 * Opens a database file. If it does not exist, creates it (readable only by its owner) with its tables.
 * @throws PaperboyError `store-failed`.
 */
export async function openConnection(file: string): Promise<FileConnection> {
  const open = await loadDriver();
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeFailure(error, file);
    }
  };
  const database = await translated(() => openFile(open, file));
  const db = new Kysely<Tables>({ dialect: new ImmediateDialect({ database }) });
  const write = groupWrites({
    transaction: (work) => db.transaction().execute(work),
    isOpen: () => database.inTransaction,
  });
  return {
    read: (work) => translated(() => withRetry(() => work(db))),
    write: (work) => translated(() => write(work)),
    close: () => translated(() => db.destroy()),
  };
}

async function openFile(open: OpenDatabase, file: string): Promise<Database> {
  if (file !== IN_MEMORY) {
    assertNotLost(file);
    createFile(file);
  }
  const database = open(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Retries, because SQLite does not wait while another process switches to WAL.
    await withRetry(() => database.pragma("journal_mode = WAL"));
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma(`cache_size = -${CACHE_KIB}`);
    await withRetry(() => createSchema(database));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Refuses to create a database where one was lost. A new one would mail editions again, and mail readers who have left. */
function assertNotLost(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? null;
  if (size || !existsSync(epochFile(file))) return;
  throw new PaperboyError("store-failed", {
    message: `the database ${file} is ${size === null ? "missing" : "empty"}, but ${epochFile(file)} shows that it was in use`,
    hint: "Restore it from a backup, then run `paperboy run --accept-restored`. To start with an empty database, delete the .epoch file.",
  });
}

/**
 * Creates a file that only its owner can read, because it contains addresses. SQLite gives the files next to it the same mode.
 */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: `the database ${file} cannot be opened or created`,
      hint: "Check that its folder exists, and that the user who runs Paperboy may write to it.",
      cause,
    });
  }
}

/**
 * Takes the run lock: an open exclusive transaction on a separate lock database next to the file. The kernel releases the lock
 * (an fcntl lock) when the process ends. Returns null if another process, or another holder in this process, has it.
 * @throws PaperboyError `store-failed`.
 */
async function takeLock(file: string): Promise<RunLock | null> {
  const open = await loadDriver();
  const lockFile = `${file}.lock`;
  try {
    createPrivate(lockFile);
    const database = open(lockFile, { timeout: 0 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if (sqliteCode(error)?.startsWith("SQLITE_BUSY")) return null;
      throw error;
    }
    return { close: async () => void database.close() };
  } catch (error) {
    throw storeFailure(error, lockFile);
  }
}

/**
 * Creates the file, readable only by its owner. An existing file is not opened: closing it would release a lock of this process.
 */
function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch {
    // It exists, or SQLite reports the problem when it opens the file.
  }
}

/** Retries while another process holds a lock, without blocking this process. */
async function withRetry<T>(work: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + RETRY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!sqliteCode(error)?.startsWith("SQLITE_BUSY") || performance.now() > deadline) throw error;
    }
    await sleep(DELAY_MS);
  }
}

/**
 * Begins immediate transactions. Kysely begins deferred ones; if two of these read and then write, SQLite fails one of them
 * immediately.
 */
class ImmediateDialect extends SqliteDialect {
  readonly #database: Database;

  constructor({ database }: { readonly database: Database }) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): AdapterWithDialect {
    return new AdapterWithDialect();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database);
  }
}

/** Gives the shared queries access to SQLite's dialect. */
class AdapterWithDialect extends SqliteAdapter implements HasDialect {
  readonly dialect = SQLITE;
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database;

  constructor(database: Database) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(): Promise<void> {
    await withRetry(() => this.#database.prepare("begin immediate").run());
  }

  override async commitTransaction(): Promise<void> {
    this.#database.prepare("commit").run();
  }

  /** Rolls back unless SQLite has already done so, as on a full disk. A second rollback would fail and hide the cause. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#database.inTransaction) this.#database.prepare("rollback").run();
  }
}
