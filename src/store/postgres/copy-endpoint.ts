import { sql } from "kysely";
import type { CopyEndpoint } from "../sql/copy-endpoint.js";
import type { PostgresLocation } from "../store-url.js";
import { openConnection } from "./database.js";
import { loadDriver } from "./driver.js";
import { openLocks } from "./run-lock.js";
import { openRestoreGuard } from "./restore-guard.js";

/**
 * Opens a schema as the source or the target of a copy.
 * @throws PaperboyError `store-failed`; `config-invalid` if pg is not installed.
 */
export async function openPostgresEndpoint(location: PostgresLocation): Promise<CopyEndpoint> {
  const { displayName, schema } = location;
  const driver = await loadDriver();
  const connection = await openConnection(driver, location);
  const locks = openLocks(driver, location);
  const guard = openRestoreGuard({ connection, location, locks });
  return {
    displayName,
    connection,
    guard,
    lock: () => locks.take(),
    blockWriters: async (db) => {
      const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${schema} AND c.relkind = 'r' ORDER BY c.relname`.execute(db);
      const tables = sql.join(rows.map(({ name }) => sql.id(schema, name)));
      await sql`LOCK TABLE ${tables} IN EXCLUSIVE MODE`.execute(db);
    },
    lastId: async (db, table) => {
      const { rows } = await sql<{ last: number | null }>`SELECT last_value AS last FROM pg_sequences
        WHERE schemaname = ${schema} AND sequencename = ${`${table}_id_seq`}`.execute(db);
      return rows[0]?.last ?? 0;
    },
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
