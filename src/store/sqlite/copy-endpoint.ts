import { sql } from "kysely";
import type { CopyEndpoint } from "../sql/copy-endpoint.js";
import { openConnection } from "./database.js";
import { openRestoreGuard } from "./restore-guard.js";
import { takeLock } from "./run-lock.js";

/** Tables with AUTOINCREMENT, which remember the ids they assigned. Other tables continue from their highest id. */
const AUTOINCREMENT: ReadonlySet<string> = new Set([
  "subscribers",
  "signups",
  "transactional_mails",
  "inbox",
  "pushes",
]);

/**
 * Opens a database file as the source or the target of a copy.
 * @throws PaperboyError `store-failed`.
 */
export async function openSqliteEndpoint(file: string): Promise<CopyEndpoint> {
  const connection = await openConnection(file);
  const guard = openRestoreGuard(connection);
  return {
    displayName: file,
    connection,
    guard,
    lock: () => takeLock(file),
    // SQLite allows one write transaction at a time.
    blockWriters: () => Promise.resolve(),
    lastId: async (db, table) => {
      const { rows } = await sql<{ last: number | null }>`SELECT max(id) AS last FROM (
        SELECT max(id) AS id FROM ${sql.ref(table)}
        UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ${table})`.execute(db);
      return rows[0]?.last ?? 0;
    },
    setLastId: async (db, table, id) => {
      if (!AUTOINCREMENT.has(table)) return;
      await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(db);
      await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${id})`.execute(db);
    },
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
