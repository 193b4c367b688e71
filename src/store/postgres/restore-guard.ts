import { type RawBuilder, sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Connection, Db, RestoreGuard } from "../sql/database.js";
import { skipNumbers } from "../sql/numbers.js";
import { markQueuedUncertain } from "../sql/queued.js";
import type { PostgresLocation } from "../store-url.js";
import type { RunLocks } from "./run-lock.js";

/**
 * Selects the identity of the tables, which a copy does not share: the server, the OIDs of the database and the table (a
 * restored dump has new ones), and the timeline (point-in-time recovery and a promoted standby start a new one).
 */
const IDENTITY = sql`SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
  (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database,
  'deliveries'::regclass::oid::text AS tables,
  substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline`;

/** Stores the current identity. */
export async function recordIdentity(db: Db): Promise<void> {
  await sql`DELETE FROM database_identity`.execute(db);
  await sql`INSERT INTO database_identity (cluster, database, tables, timeline) ${IDENTITY}`.execute(db);
}

/** Refuses guarded transactions if the database was restored or another run has taken the run lock. */
export function openRestoreGuard({ connection, location, locks }: GuardParts): RestoreGuard {
  return {
    write: async (work, mode) => {
      await locks.assertHeld();
      return connection.write(async (db) => {
        if (await isRestored(db, location)) throw restored(location);
        return work(db);
      }, mode);
    },
    assign: (work) =>
      connection.write(async (db) => {
        if (await isRestored(db, location)) await skipNumbers(db);
        return work(db);
      }),
    acceptRestored: () =>
      connection.write(async (db) => {
        if (await isRestored(db, location)) await markQueuedUncertain(db);
        await skipNumbers(db);
        await recordIdentity(db);
      }),
  };
}

interface GuardParts {
  readonly connection: Connection;
  readonly location: PostgresLocation;
  readonly locks: RunLocks;
}

async function isRestored(db: Db, { synchronousFailover }: PostgresLocation): Promise<boolean> {
  const timeline: RawBuilder<unknown> = synchronousFailover ? sql`` : sql`AND o.timeline = n.timeline`;
  const { rows } = await sql`SELECT 1 FROM database_identity o JOIN (${IDENTITY}) n
    ON o.cluster = n.cluster AND o.database = n.database AND o.tables = n.tables ${timeline}`.execute(db);
  return rows.length === 0;
}

function restored({ displayName }: PostgresLocation): PaperboyError {
  return new PaperboyError("store-failed", {
    message: `the database at ${displayName} was restored, copied or failed over, and mail may have been sent that is not in it`,
    hint: "Continue with `paperboy run --accept-restored`: queued deliveries become uncertain, and days since the backup may be mailed again.",
  });
}
