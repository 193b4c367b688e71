import { type RawBuilder, sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Connection, Db, Guard } from "../sql/database.js";
import { doubtQueued } from "../sql/queued.js";
import type { PostgresLocation } from "../store-url.js";
import type { RunLocks } from "./run-lock.js";

/**
 * What tells tables apart from copies of them: the server they were made on, the database and the tables by the numbers that
 * the server gave them (a restored dump gets new ones), and the server's timeline (point-in-time recovery and a standby that
 * takes over begin a new one).
 */
const IDENTITY = sql`SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
  (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database,
  'deliveries'::regclass::oid::text AS tables,
  substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline`;

/** Notes where these tables were made. */
export async function recordIdentity(db: Db): Promise<void> {
  await sql`DELETE FROM database_identity`.execute(db);
  await sql`INSERT INTO database_identity (cluster, database, tables, timeline) ${IDENTITY}`.execute(db);
}

export interface RestoreGuard extends Guard {
  /** Goes on with a restored database. Whatever is queued in it may have been mailed since, so it becomes `uncertain`. */
  acceptRestored(): Promise<void>;
}

/** Refuses what may make mail leave while the database is a restored one, and when the run lock was lost to another run. */
export function openRestoreGuard({ connection, location, locks }: GuardParts): RestoreGuard {
  return {
    write: async (work, manner) => {
      await locks.assertHeld();
      return connection.write(async (db) => {
        if (await isRestored(db, location)) throw restored(location);
        return work(db);
      }, manner);
    },
    acceptRestored: () =>
      connection.write(async (db) => {
        if (await isRestored(db, location)) await doubtQueued(db);
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
    message: `the database at ${displayName} was restored, copied, or taken over by a standby: mail may have left that it does not know of`,
    hint: "Go on with `paperboy run --accept-restored`: what was queued becomes uncertain, and days since the backup may be mailed again.",
  });
}
