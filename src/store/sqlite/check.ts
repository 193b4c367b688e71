import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../../errors.js";
import type { Connection, Db } from "./database.js";
import { sha256 } from "./parts.js";

/** Looks for damage: in the file, between the tables, in the letters, and in every edition's counts. */
export async function check(connection: Connection): Promise<readonly string[]> {
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

async function changedLetters(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM letters`.execute(db);
  const findings: string[] = [];
  // One at a time: a year of letters does not fit into memory.
  for (const { id } of rows) {
    const letter = await db.selectFrom("letters").selectAll().where("id", "=", id).executeTakeFirst();
    if (letter && sha256(letter.body) !== letter.hash) findings.push(`letter ${id} is not what was frozen`);
  }
  return findings;
}

async function miscounted(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{
    edition: string;
    candidates: number;
    excluded: number;
    prepared: number;
    counted: number;
  }>`
    SELECT edition_id || ' (' || channel || ')' AS edition, candidates, prepared,
      (SELECT coalesce(sum(value), 0) FROM json_each(editions.excluded)) AS excluded,
      (SELECT count(*) FROM deliveries d WHERE d.edition_ref = editions.id) AS counted FROM editions`.execute(db);
  return rows
    .filter(({ candidates, excluded, prepared, counted }) => prepared !== counted || candidates !== prepared + excluded)
    .map(
      ({ edition, candidates, excluded, prepared, counted }) =>
        `${edition} does not add up: ${candidates} candidates, ${prepared} prepared, ${excluded} excluded, ${counted} in the ledger`,
    );
}

/**
 * Writes a consistent copy into a new file, readable by its owner alone, while others go on reading and writing.
 * @throws PaperboyError `store-failed`, also when the file exists.
 */
export async function backup(connection: Connection, file: string): Promise<void> {
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
