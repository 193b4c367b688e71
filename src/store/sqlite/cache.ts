import { sql } from "kysely";
import type { FileConnection } from "./database.js";

/**
 * How much of the file SQLite holds in memory, in KiB, and as much again while it sorts or groups. The driver's own limit is
 * 16 MB, which the largest transactions fill twice; the system holds the file in its memory anyway.
 */
const CACHE_KIB = 4000;

/** Keeps what a connection holds of its file small. */
export async function boundCache(connection: FileConnection): Promise<void> {
  await connection.read((db) => sql`PRAGMA cache_size = ${sql.lit(-CACHE_KIB)}`.execute(db));
}
