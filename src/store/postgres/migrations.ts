import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Db } from "../sql/database.js";
import type { PostgresLocation } from "../store-url.js";
import { noteOrigin } from "./origin.js";
import { STEPS } from "./steps.js";

/**
 * Brings a schema up to today's tables, all steps or none; several processes may begin at once.
 * @throws PaperboyError `store-failed` for a schema of a newer Paperboy or of another program, or a database that does not
 *   keep UTF-8; the driver's own errors.
 */
export async function migrate(db: Db, location: PostgresLocation): Promise<void> {
  if ((await versionOf(db, location)) === STEPS.length) return;
  await db.transaction().execute(async (db) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`paperboy tables ${location.schema}`}, 0))`.execute(db);
    // Read again under the lock: another process may have come first.
    const version = await versionOf(db, location);
    await refuseStrangers(db, location, version);
    await makeSchema(db, location);
    for (const step of STEPS.slice(version)) await sql.raw(step).execute(db);
    await sql`INSERT INTO meta (name, value) VALUES ('tables', ${STEPS.length})
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`.execute(db);
    if (version === 0) await noteOrigin(db);
  });
}

/** Where the schema is there already, its owner need not have the right to make one. */
async function makeSchema(db: Db, { schema }: PostgresLocation): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`.execute(db);
  if (rows.length === 0) await sql`CREATE SCHEMA ${sql.ref(schema)}`.execute(db);
}

/** How many steps were taken; 0 where there are no tables of ours. */
async function versionOf(db: Db, { schema }: PostgresLocation): Promise<number> {
  const { rows } = await sql<{ there: boolean }>`
    SELECT to_regclass(${`${schema}.meta`}) IS NOT NULL AS there`.execute(db);
  if (!rows[0]?.there) return 0;
  const found = await sql<{ value: number }>`SELECT value FROM meta WHERE name = 'tables'`.execute(db);
  return found.rows[0]?.value ?? 0;
}

async function refuseStrangers(db: Db, { schema, displayName }: PostgresLocation, version: number): Promise<void> {
  const { rows } = await sql<{ tables: number; encoding: string }>`SELECT count(*) AS tables,
      current_setting('server_encoding') AS encoding
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${schema}`.execute(db);
  const { tables = 0, encoding = "" } = rows[0] ?? {};
  if (tables > 0 && version === 0) {
    throw new PaperboyError("store-failed", {
      message: `the database at ${displayName} holds another program's tables in that schema`,
      hint: "Name another schema: postgres://.../database?schema=paperboy.",
    });
  }
  if (version > STEPS.length) {
    throw new PaperboyError("store-failed", {
      message: `the database at ${displayName} was written by a newer Paperboy (tables of version ${version}, known: ${STEPS.length})`,
      hint: "Update Paperboy, or restore a backup from before the update.",
    });
  }
  if (encoding !== "UTF8") {
    throw new PaperboyError("store-failed", {
      message: `the database at ${displayName} keeps text as ${encoding}, and letters need UTF8`,
      hint: "Make another one: `createdb --encoding=UTF8 --template=template0 paperboy`.",
    });
  }
}
