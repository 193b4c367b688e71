import type { Database } from "better-sqlite3";
import { PaperboyError } from "../../core/errors.js";
import { MIGRATIONS } from "./migrations.js";

/** Marks a database file as Paperboy's (PRAGMA application_id): "Pboy" in ASCII. */
const APPLICATION_ID = 0x50626f79;

/**
 * Brings a database up to today's tables, each step whole or not at all.
 * @throws PaperboyError `store-failed` for a database of a newer Paperboy, or of another program; SQLite's own errors.
 */
export function migrate(database: Database): void {
  if (versionOf(database) === MIGRATIONS.length && isOurs(database)) return;
  database
    .transaction(() => {
      // Read again under the write lock: another process may have come first.
      const version = versionOf(database);
      refuseStrangers(database, version);
      for (const step of MIGRATIONS.slice(version)) database.exec(step);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}

function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function isOurs(database: Database): boolean {
  return database.pragma("application_id", { simple: true }) === APPLICATION_ID;
}

function refuseStrangers(database: Database, version: number): void {
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_schema").all().length === 0;
  if (!isEmpty && !isOurs(database)) {
    throw new PaperboyError("store-failed", {
      message: `${database.name} is the database of another program`,
      hint: "Name another file with PAPERBOY_STORE.",
    });
  }
  if (version > MIGRATIONS.length) {
    throw new PaperboyError("store-failed", {
      message: `${database.name} was written by a newer Paperboy (tables of version ${version}, known: ${MIGRATIONS.length})`,
      hint: "Update Paperboy, or restore a backup from before the update.",
    });
  }
}
