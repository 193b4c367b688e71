import { sql } from "kysely";
import type { Db } from "../sql/database.js";
import type { Wanted } from "../sql/dialect.js";
import type { Bucket, Grant } from "../store.js";

/**
 * Takes tokens from each bucket, or from none, in one statement: a function in the database locks the buckets in the order
 * of their names, so that no two takers wait for each other.
 */
export async function take(db: Db, buckets: readonly Bucket[], { count, now }: Wanted): Promise<Grant> {
  const names = buckets.map(({ name }) => name);
  const capacities = buckets.map(({ capacity }) => capacity);
  const refills = buckets.map(({ refillMs }) => refillMs);
  const { rows } = await sql<{ bucket: string; retry_in: number }>`SELECT bucket, retry_in FROM take_tokens(
    ${names}::text[], ${capacities}::float8[], ${refills}::float8[], ${count}::float8, ${now}::bigint)`.execute(db);
  const short = rows[0];
  return short === undefined ? { ok: true } : { ok: false, bucket: short.bucket, retryInMs: short.retry_in };
}
