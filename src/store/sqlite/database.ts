import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Options } from "better-sqlite3";
import { Kysely, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Connection, Db } from "../sql/database.js";
import type { Speaking } from "../sql/dialect.js";
import type { Tables } from "../sql/tables.js";
import { groupWrites } from "./group-commit.js";
import { SQLITE } from "./dialect.js";
import { sqliteCode, storeFailure } from "./failures.js";
import { createSchema } from "./create-schema.js";
import { keepStatements } from "./driver.js";

/** An open database file. */
export interface FileConnection extends Connection {
  readonly file: string;
  /**
   * Runs one transaction that holds the write lock from its first statement, durable when it resolves. Every write goes
   * through here: outside a transaction a statement that returns rows hides the failure of its commit (SQLITE_FULL).
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The name under which SQLite keeps a database in memory alone. */
const IN_MEMORY = ":memory:";

/** How long we wait for another process's lock, in ms; longer than any transaction of ours but the largest. */
const PATIENCE_MS = 15_000;

/** How much of that SQLite waits by itself, in ms: it blocks the whole process, with every connection to a mail server. */
const BUSY_MS = 50;

/** Between two tries, in ms. */
const PAUSE_MS = 10;

/**
 * Opens a database file, makes it when it is not there (readable by its owner alone), and brings its tables up to date.
 * @throws PaperboyError `store-failed`.
 */
export async function openConnection(file: string): Promise<FileConnection> {
  const open = await loadDriver();
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeFailure(error, file);
    }
  };
  const database = await failing(() => openFile(open, file));
  const db = new Kysely<Tables>({ dialect: new ImmediateDialect({ database }) });
  const write = groupWrites({
    transaction: (work) => db.transaction().execute(work),
    isOpen: () => database.inTransaction,
  });
  return {
    file,
    read: (work) => failing(() => patiently(() => work(db))),
    write: (work) => failing(() => write(work)),
    close: () => failing(() => db.destroy()),
  };
}

/** Opens a file with better-sqlite3. */
export type OpenDatabase = (file: string, options?: Options) => Database;

/**
 * Loads better-sqlite3, an optional dependency: what needs no store works where it could not be installed.
 * @throws PaperboyError `store-failed` when it is not there.
 */
export async function loadDriver(): Promise<OpenDatabase> {
  try {
    const { default: Driver } = await import("better-sqlite3");
    // The compiled part is loaded by the first database.
    keepStatements(new Driver(":memory:")).close();
    return (file, options) => keepStatements(new Driver(file, options));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: "better-sqlite3, which reads and writes the database, could not be loaded",
      hint: "Install it with `npm install better-sqlite3`; it needs a compiler where no prebuilt binary fits.",
      cause,
    });
  }
}

async function openFile(open: OpenDatabase, file: string): Promise<Database> {
  if (file !== IN_MEMORY) makeFile(file);
  const database = open(file, { timeout: BUSY_MS });
  try {
    // SQLite lets no two processes turn WAL on at once, and does not wait for the other.
    await patiently(() => database.pragma("journal_mode = WAL"));
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    await patiently(() => createSchema(database));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** It holds addresses: nobody but its owner reads it. SQLite gives its side files the same mode. */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: `the database ${file} cannot be opened or made`,
      hint: "Check that its folder exists, and that the user who runs Paperboy may write there.",
      cause,
    });
  }
}

/** Tries again while another process holds a lock, and lets this process go on with everything else meanwhile. */
async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!sqliteCode(error)?.startsWith("SQLITE_BUSY") || performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Kysely begins deferred transactions, of which SQLite fails one at once when two read and then write. */
class ImmediateDialect extends SqliteDialect {
  readonly #database: Database;

  constructor({ database }: { readonly database: Database }) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): SpeakingAdapter {
    return new SpeakingAdapter();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database);
  }
}

/** Carries the words of SQLite to the queries that are written for both kinds of database. */
class SpeakingAdapter extends SqliteAdapter implements Speaking {
  readonly dialect = SQLITE;
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database;

  constructor(database: Database) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(): Promise<void> {
    await patiently(() => this.#database.prepare("begin immediate").run());
  }

  override async commitTransaction(): Promise<void> {
    this.#database.prepare("commit").run();
  }

  /** A full disk makes SQLite roll back by itself; a second rollback would fail and hide why. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#database.inTransaction) this.#database.prepare("rollback").run();
  }
}
