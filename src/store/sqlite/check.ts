import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import { fillNewFile } from "../sql/new-file.js";
import { changedLetters, miscounted } from "../sql/check.js";
import type { Db } from "../sql/database.js";
import type { FileConnection } from "./database.js";

/** Looks for damage: in the file, between the tables, in the letters, and in every edition's counts. */
export async function check(connection: FileConnection): Promise<readonly string[]> {
  try {
    return await connection.read(async (db) => [
      ...(await damagedPages(db)),
      ...(await brokenKeys(db)),
      ...(await changedLetters(db)),
      ...(await miscounted(db)),
    ]);
  } catch (error) {
    // A file that cannot be read to its end is a finding, too.
    if (error instanceof PaperboyError) return [error.message];
    throw error;
  }
}

async function damagedPages(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db);
  return rows.map((row) => row.integrity_check).filter((finding) => finding !== "ok");
}

async function brokenKeys(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ table: string; rowid: number; parent: string }>`PRAGMA foreign_key_check`.execute(db);
  return rows.map(({ table, rowid, parent }) => `row ${rowid} of ${table} points to nothing in ${parent}`);
}

/**
 * Writes a consistent copy into a new file, readable by its owner alone, while others go on reading and writing.
 * @throws PaperboyError `store-failed`, also when the file exists.
 */
export async function backup(connection: FileConnection, file: string): Promise<void> {
  await fillNewFile(file, () => connection.read((db) => sql`VACUUM INTO ${file}`.execute(db)));
}
