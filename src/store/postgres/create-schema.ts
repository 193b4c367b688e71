import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Db } from "../sql/database.js";
import { skipNumbers } from "../sql/numbers.js";
import { refuseOtherVersion, SCHEMA_VERSION } from "../sql/schema-version.js";
import type { PostgresLocation } from "../store-url.js";
import { recordIdentity } from "./restore-guard.js";
import { SCHEMA } from "./schema.js";

/**
 * Creates the tables of an empty schema, in one transaction. Several processes may start at the same time.
 * @throws PaperboyError `store-failed` for a schema of another version of Paperboy or of another program, or a database that
 *   does not use UTF-8; errors of the driver.
 */
export async function createSchema(db: Db, location: PostgresLocation): Promise<void> {
  if ((await versionOf(db, location)) === SCHEMA_VERSION) return;
  await db.transaction().execute(async (db) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`paperboy tables ${location.schema}`}, 0))`.execute(db);
    // Checks again under the lock, because another process may have created the tables in the meantime.
    const version = await versionOf(db, location);
    if (version === SCHEMA_VERSION) return;
    await refuseOthers(db, location, version);
    await createNamespace(db, location);
    await sql.raw(SCHEMA).execute(db);
    await sql`INSERT INTO meta (name, value) VALUES ('schema_version', ${SCHEMA_VERSION})`.execute(db);
    await recordIdentity(db);
    // The keys may be older than the database.
    await skipNumbers(db);
  });
}

/** Creates the schema if it does not exist, because a user may not have the privilege to create one. */
async function createNamespace(db: Db, { schema }: PostgresLocation): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`.execute(db);
  if (rows.length === 0) await sql`CREATE SCHEMA ${sql.ref(schema)}`.execute(db);
}

/**
 * Returns the version of the schema; null if it has no tables of Paperboy. Development versions stored theirs under the name
 * `tables`.
 */
async function versionOf(db: Db, { schema }: PostgresLocation): Promise<number | null> {
  const { rows } = await sql<{ exists: boolean }>`
    SELECT to_regclass(${`${schema}.meta`}) IS NOT NULL AS exists`.execute(db);
  if (!rows[0]?.exists) return null;
  const found = await sql<{ value: number }>`SELECT max(value) AS value FROM meta
    WHERE name IN ('schema_version', 'tables')`.execute(db);
  return found.rows[0]?.value ?? null;
}

async function refuseOthers(db: Db, { schema, displayName }: PostgresLocation, version: number | null): Promise<void> {
  const database = `the database at ${displayName}`;
  if (version !== null) refuseOtherVersion(database, version);
  const { rows } = await sql<{ tables: number; encoding: string }>`SELECT count(*) AS tables,
      current_setting('server_encoding') AS encoding
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${schema}`.execute(db);
  const { tables = 0, encoding = "" } = rows[0] ?? {};
  if (tables > 0) {
    throw new PaperboyError("store-failed", {
      message: `${database} has tables of another program in that schema`,
      hint: "Use another schema: postgres://.../database?schema=paperboy.",
    });
  }
  if (encoding !== "UTF8") {
    throw new PaperboyError("store-failed", {
      message: `${database} stores text as ${encoding}, and letters need UTF8`,
      hint: "Create another database: `createdb --encoding=UTF8 --template=template0 paperboy`.",
    });
  }
}
