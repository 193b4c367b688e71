import type { Database } from "better-sqlite3";
import { PaperboyError } from "../../core/errors.js";
import { sharedTables } from "../sql/schema.js";
import { refuseOtherVersion, SCHEMA_VERSION } from "../sql/schema-version.js";

/** The tables of a new database file. STRICT tables refuse values of the wrong type. */
export const SCHEMA = `${sharedTables({
  id: "INTEGER PRIMARY KEY",
  newId: "INTEGER PRIMARY KEY AUTOINCREMENT",
  int: "INTEGER",
  key: "TEXT",
  real: "REAL",
  bytes: "BLOB",
  rows: " STRICT",
  keyed: " STRICT, WITHOUT ROWID",
})}
  INSERT INTO meta (name, value) VALUES ('epoch', 0);
  CREATE INDEX deliveries_by_state ON deliveries (edition_ref, state, next_at);

  CREATE VIRTUAL TABLE archive_index USING fts5 (
    title, keywords, authors, abstract, content = '', contentless_delete = 1, prefix = '2 3 4',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '.+#'"
  );
`;

/** Identifies a database file of Paperboy (PRAGMA application_id): "Pboy" in ASCII. */
const APPLICATION_ID = 0x50626f79;

/**
 * Creates the tables of an empty database, in one transaction.
 * @throws PaperboyError `store-failed` for a database of another version of Paperboy or of another program; errors of SQLite.
 */
export function createSchema(database: Database): void {
  if (versionOf(database) === SCHEMA_VERSION && isOurs(database)) return;
  database
    .transaction(() => {
      // Checks again under the write lock, because another process may have created the tables in the meantime.
      if (!isEmpty(database)) return refuseOthers(database);
      database.exec(SCHEMA);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}

function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function isOurs(database: Database): boolean {
  return database.pragma("application_id", { simple: true }) === APPLICATION_ID;
}

function isEmpty(database: Database): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema").all().length === 0;
}

function refuseOthers(database: Database): void {
  if (isOurs(database)) return refuseOtherVersion(`the database ${database.name}`, versionOf(database));
  throw new PaperboyError("store-failed", {
    message: `${database.name} is the database of another program`,
    hint: "Set PAPERBOY_STORE to another file.",
  });
}
