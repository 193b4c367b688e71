import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  sql,
} from "kysely";
import type { Connection, Db, Manner } from "../sql/database.js";
import type { Speaking } from "../sql/dialect.js";
import type { Tables } from "../sql/tables.js";
import type { PostgresLocation } from "../store-url.js";
import { POSTGRES } from "./dialect.js";
import { clientOptions, type Driver } from "./driver.js";
import { storeFailure } from "./failures.js";
import { createSchema } from "./create-schema.js";
import { FIRST_PATIENCE_MS, PATIENCE_MS, patiently } from "./retry.js";

/** An open database on a server. */
export interface ServerConnection extends Connection {
  readonly location: PostgresLocation;
  readonly driver: Driver;
  close(): Promise<void>;
}

/**
 * Opens a pool of connections and brings the tables up to date.
 * @throws PaperboyError `store-failed`.
 */
export async function openConnection(driver: Driver, location: PostgresLocation): Promise<ServerConnection> {
  const pool = new driver.Pool({ ...clientOptions(driver, location), max: location.poolSize });
  // A connection that breaks while nobody uses it is replaced; who uses one is told by the query.
  pool.on("error", () => undefined);
  // Nor does it end the process when it breaks between two queries of a transaction: the next of them is told.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Tables>({ dialect: new ServerDialect({ pool }) });
  const connection = {
    location,
    driver,
    read: <T>(work: (db: Db) => Promise<T>) =>
      failing(location, () =>
        patiently(() => work(db), { patienceMs: PATIENCE_MS, mayRepeat: () => true, isSteady: false }),
      ),
    write: <T>(work: (db: Db) => Promise<T>, manner: Manner = "alone") =>
      failing(location, () => write(db, work, { manner, location })),
    close: () => db.destroy(),
  };
  try {
    await failing(location, () =>
      patiently(() => createSchema(db, location), {
        patienceMs: FIRST_PATIENCE_MS,
        mayRepeat: () => true,
        isSteady: false,
      }),
    );
    return connection;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function failing<T>({ displayName }: PostgresLocation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error, displayName);
  }
}

interface Writing {
  readonly manner: Manner;
  readonly location: PostgresLocation;
}

/** What runs beside others finds out by itself whether it was done before, so it may be repeated when an answer was lost. */
async function write<T>(db: Db, work: (db: Db) => Promise<T>, { manner, location }: Writing): Promise<T> {
  let hasBegun = false;
  const transaction = db.transaction().setIsolationLevel(manner === "steady" ? "repeatable read" : "read committed");
  return patiently(
    () =>
      transaction.execute(async (db) => {
        hasBegun = true;
        if (manner === "alone") await standAlone(db, location);
        // Everybody's letters at once may take longer than any other statement.
        if (manner === "steady") await sql`SET LOCAL statement_timeout = 0`.execute(db);
        return work(db);
      }),
    { patienceMs: PATIENCE_MS, mayRepeat: () => manner !== "alone" || !hasBegun, isSteady: manner === "steady" },
  );
}

/** Waits until nobody else who writes alone is at it, in whichever process; the lock ends with the transaction. */
async function standAlone(db: Db, { schema }: PostgresLocation): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`paperboy alone ${schema}`}, 0))`.execute(db);
}

/** Carries the words of PostgreSQL to the queries that are written for both kinds of database. */
class SpeakingAdapter extends PostgresAdapter implements Speaking {
  readonly dialect = POSTGRES;
}

class ServerDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDialect>[0];

  constructor(config: ConstructorParameters<typeof PostgresDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createAdapter(): SpeakingAdapter {
    return new SpeakingAdapter();
  }

  override createDriver(): PostgresDriver {
    return new ServerDriver(this.#config);
  }
}

class ServerDriver extends PostgresDriver {
  /** What is left of a broken connection cannot be rolled back; saying so would hide what broke it. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback")).catch(() => undefined);
  }
}
