import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  sql,
} from "kysely";
import type { Connection, Database, Db, WriteMode } from "../sql/database.js";
import type { HasDialect } from "../sql/dialect.js";
import type { Tables } from "../sql/tables.js";
import type { PostgresLocation } from "../store-url.js";
import { backup } from "./backup.js";
import { POSTGRES } from "./dialect.js";
import { CONNECT_RETRY_MS, RETRY_MS, storeFailure, withRetry } from "./failures.js";
import { openRestoreGuard } from "./restore-guard.js";
import { openLocks } from "./run-lock.js";
import { createSchema } from "./schema.js";
import { clientOptions, loadDriver, type Server, sessionStarter } from "./session.js";

/**
 * Opens a schema of a PostgreSQL database, for any number of processes on any number of machines.
 * @throws PaperboyError `store-failed`; `config-invalid` if pg is not installed.
 */
export async function openDatabase(location: PostgresLocation): Promise<Database> {
  const server = { driver: await loadDriver(), location };
  const connection = await openConnection(server);
  const locks = openLocks(server);
  return {
    kind: "postgres",
    displayName: location.displayName,
    connection,
    guard: openRestoreGuard({ connection, location, locks }),
    lock: () => locks.take(),
    backup: (file) => backup(location, file),
    close: () => connection.close(),
  };
}

interface ServerConnection extends Connection {
  close(): Promise<void>;
}

/** Opens a pool of connections and creates the tables. */
async function openConnection(server: Server): Promise<ServerConnection> {
  const { driver, location } = server;
  const onConnect = sessionStarter(server);
  const pool = new driver.Pool({ ...clientOptions(driver, location), max: location.poolSize, onConnect });
  // Ignores errors here, because the pool replaces a broken idle connection and a connection in use reports the error to its
  // query.
  pool.on("error", () => undefined);
  // Without a listener, a connection that breaks between two queries of a transaction would end the process. The next query
  // reports the error.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Tables>({ dialect: new ServerDialect({ pool }) });
  const connection = {
    read: <T>(work: (db: Db) => Promise<T>) =>
      translated(location, () => withRetry(() => work(db), { timeoutMs: RETRY_MS })),
    write: <T>(work: (db: Db) => Promise<T>, mode: WriteMode = "exclusive") =>
      translated(location, () => write(db, work, { mode, location })),
    close: () => db.destroy(),
  };
  try {
    await translated(location, () => withRetry(() => createSchema(db, location), { timeoutMs: CONNECT_RETRY_MS }));
    return connection;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function translated<T>({ displayName }: PostgresLocation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error, displayName);
  }
}

interface WriteOptions {
  readonly mode: WriteMode;
  readonly location: PostgresLocation;
}

/**
 * Runs a transaction. If the connection is lost, repeats a concurrent or snapshot transaction, which detects an earlier commit,
 * but repeats an exclusive one only if it had not begun.
 */
async function write<T>(db: Db, work: (db: Db) => Promise<T>, { mode, location }: WriteOptions): Promise<T> {
  let hasBegun = false;
  const transaction = db.transaction().setIsolationLevel(mode === "snapshot" ? "repeatable read" : "read committed");
  return withRetry(
    () =>
      transaction.execute(async (db) => {
        hasBegun = true;
        if (mode === "exclusive") await lockExclusively(db, location);
        // Inserting the deliveries of all readers may take longer than the time-out for a statement.
        if (mode === "snapshot") await sql`SET LOCAL statement_timeout = 0`.execute(db);
        return work(db);
      }),
    { timeoutMs: RETRY_MS, isRepeatable: () => mode !== "exclusive" || !hasBegun, isSnapshot: mode === "snapshot" },
  );
}

/** Waits for the exclusive transactions of all processes, and excludes them until the transaction ends. */
async function lockExclusively(db: Db, { schema }: PostgresLocation): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`paperboy exclusive ${schema}`}, 0))`.execute(db);
}

/** Gives the shared queries access to PostgreSQL's dialect. */
class AdapterWithDialect extends PostgresAdapter implements HasDialect {
  readonly dialect = POSTGRES;
}

class ServerDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDialect>[0];

  constructor(config: ConstructorParameters<typeof PostgresDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createAdapter(): AdapterWithDialect {
    return new AdapterWithDialect();
  }

  override createDriver(): PostgresDriver {
    return new ServerDriver(this.#config);
  }
}

class ServerDriver extends PostgresDriver {
  /** Ignores a failed rollback, which would hide the cause on a broken connection. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback")).catch(() => undefined);
  }
}
