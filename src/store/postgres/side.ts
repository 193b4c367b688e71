import { sql } from "kysely";
import type { Side } from "../sql/side.js";
import { parseAddress } from "./address.js";
import { openConnection } from "./database.js";
import { loadDriver } from "./driver.js";
import { openLocks } from "./lock.js";
import { openGuard } from "./origin.js";

/**
 * A schema on a server, to be copied from or to.
 * @throws PaperboyError `store-failed`, `config-invalid`.
 */
export async function openPostgresSide(target: string): Promise<Side> {
  const address = parseAddress(target);
  const driver = await loadDriver();
  const connection = await openConnection(driver, address);
  const locks = openLocks(driver, address);
  const guard = openGuard({ connection, address, locks });
  return {
    shown: address.shown,
    connection,
    guard,
    lock: () => locks.take(),
    hold: async (db) => {
      const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${address.schema} AND c.relkind = 'r' ORDER BY c.relname`.execute(db);
      const tables = sql.join(rows.map(({ name }) => sql.id(address.schema, name)));
      await sql`LOCK TABLE ${tables} IN EXCLUSIVE MODE`.execute(db);
    },
    lastId: async (db, table) => {
      const { rows } = await sql<{ last: number | null }>`SELECT last_value AS last FROM pg_sequences
        WHERE schemaname = ${address.schema} AND sequencename = ${`${table}_id_seq`}`.execute(db);
      return rows[0]?.last ?? 0;
    },
    setLastId: async (db, table, id) => {
      if (id === 0) return;
      await sql`SELECT setval(${`${address.schema}.${table}_id_seq`}::regclass, ${id})`.execute(db);
    },
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
