import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../../errors.js";
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
  makeNew(file);
  try {
    await connection.read((db) => sql`VACUUM INTO ${file}`.execute(db));
    const handle = openSync(file, "r+");
    fsyncSync(handle);
    closeSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function makeNew(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: `the backup ${file} cannot be made`,
      hint: "Name a file that does not exist yet, in a folder that does.",
      cause,
    });
  }
}
