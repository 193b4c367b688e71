import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import { changedLetters, miscounted } from "../sql/check.js";
import type { Db } from "../sql/database.js";
import type { FileConnection } from "./database.js";

/** Checks the pages of the file, foreign keys, letters and the counts of every edition. Returns one sentence per problem. */
export async function check(connection: FileConnection): Promise<readonly string[]> {
  try {
    return await connection.read(async (db) => [
      ...(await damagedPages(db)),
      ...(await brokenKeys(db)),
      ...(await changedLetters(db)),
      ...(await miscounted(db)),
    ]);
  } catch (error) {
    // Reports a file that cannot be read completely as a problem.
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
  return rows.map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to a missing row of ${parent}`);
}
