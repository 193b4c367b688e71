import { sql } from "kysely";
import { drainJobs, JOB_ATTEMPTS, taskOf } from "../jobs.js";
import type { Db } from "../sql/database.js";

/**
 * Puts an edition's jobs in line, in the transaction that prepares it: when it is there, so are they. Where no worker ever
 * ran, there is no line, and whoever prepared the edition delivers it.
 */
export async function wake(db: Db, editionId: string): Promise<void> {
  const { rows } = await sql<{ schema: string; hasLine: boolean }>`
    SELECT current_schema() AS schema, to_regclass('graphile_worker._private_jobs') IS NOT NULL AS "hasLine"`.execute(
    db,
  );
  const { schema = "", hasLine = false } = rows[0] ?? {};
  if (!hasLine) return;
  const jobs = drainJobs(schema, editionId);
  await sql`SELECT graphile_worker.add_job(identifier => ${taskOf(schema, "drain")}, payload => k.payload::json,
      job_key => k.key, job_key_mode => 'replace', max_attempts => ${JOB_ATTEMPTS})
    FROM unnest(${jobs.map(({ key }) => key)}::text[], ${jobs.map(({ job }) => JSON.stringify(job))}::text[])
      AS k(key, payload)`.execute(db);
}
