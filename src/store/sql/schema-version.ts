import { PaperboyError } from "../../core/errors.js";

/**
 * The version of the schema in both kinds of database. Versions below 14 belong to development versions, whose databases are
 * refused. Increase the number with every change of the tables or of the meaning of their columns; a test compares them. After
 * a release, also migrate from the previous version.
 */
export const SCHEMA_VERSION = 19;

/** Refuses a database of another version; `database` names it in the message. Throws PaperboyError `store-failed`. */
export function refuseOtherVersion(database: string, version: number): void {
  if (version === SCHEMA_VERSION) return;
  if (version > SCHEMA_VERSION) {
    throw new PaperboyError("store-failed", {
      message: `${database} was written by a newer Paperboy (schema version ${version}, this version uses ${SCHEMA_VERSION})`,
      hint: "Update Paperboy, or restore a backup from before the update.",
    });
  }
  throw new PaperboyError("store-failed", {
    message: `${database} was written by an earlier version of Paperboy, and this version starts from a new schema`,
    hint:
      "With the earlier version, run `paperboy subscribers export -o subscribers.csv`. Then set PAPERBOY_STORE to a new database " +
      "and run `paperboy subscribers import subscribers.csv`.",
  });
}
