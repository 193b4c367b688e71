import { sql } from "kysely";
import type { Side } from "../sql/side.js";
import { boundCache } from "./cache.js";
import { openConnection } from "./database.js";
import { openEpoch } from "./epoch.js";
import { takeLock } from "./lock.js";

/** The tables that remember the ids they gave (AUTOINCREMENT); the others go on from the highest that is there. */
const REMEMBERING: ReadonlySet<string> = new Set(["subscribers", "signups", "transactional_mails", "inbox", "pushes"]);

/**
 * A database file, to be copied from or to.
 * @throws PaperboyError `store-failed`.
 */
export async function openSqliteSide(file: string): Promise<Side> {
  const connection = await openConnection(file);
  await boundCache(connection);
  const epoch = openEpoch(connection);
  return {
    shown: file,
    connection,
    guard: epoch,
    lock: () => takeLock(file),
    // A transaction that writes is the only one that does.
    hold: () => Promise.resolve(),
    lastId: async (db, table) => {
      const { rows } = await sql<{ last: number | null }>`SELECT max(id) AS last FROM (
        SELECT max(id) AS id FROM ${sql.ref(table)}
        UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ${table})`.execute(db);
      return rows[0]?.last ?? 0;
    },
    setLastId: async (db, table, id) => {
      if (!REMEMBERING.has(table)) return;
      await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(db);
      await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${id})`.execute(db);
    },
    acceptRestored: () => epoch.acceptRestored(),
    close: () => connection.close(),
  };
}
