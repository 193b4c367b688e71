import { sql } from "kysely";
import type { Db } from "../sql/database.js";

/** Tables with AUTOINCREMENT, which remember the last id that they assigned. Other tables continue from their highest id. */
const AUTOINCREMENT: ReadonlySet<string> = new Set([
  "subscribers",
  "signups",
  "transactional_mails",
  "inbox",
  "pushes",
]);

/** Returns the highest id that the table has ever assigned. */
export async function lastId(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`SELECT max(id) AS last FROM (
    SELECT max(id) AS id FROM ${sql.ref(table)}
    UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ${table})`.execute(db);
  return rows[0]?.last ?? 0;
}

/** Makes the table assign only ids above `id` and above all ids that it has assigned. */
export async function raiseLastId(db: Db, table: string, id: number): Promise<void> {
  if (!AUTOINCREMENT.has(table)) return;
  const last = await lastId(db, table);
  if (last >= id) return;
  await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(db);
  await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${id})`.execute(db);
}
