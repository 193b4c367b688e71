import type { Db } from "../sql/database.js";
import type { TokenRequest } from "../sql/dialect.js";
import type { Bucket, Grant } from "../store.js";

/** The largest rounding error of a level, which is a fraction. */
const ROUNDING = 1e-6;

/** Takes tokens from each bucket, or from none. */
export async function takeTokens(db: Db, buckets: readonly Bucket[], { count, now }: TokenRequest): Promise<Grant> {
  await db.deleteFrom("token_buckets").where("full_at", "<=", now).execute();
  const names = buckets.map(({ name }) => name);
  const rows =
    names.length === 0 ? [] : await db.selectFrom("token_buckets").selectAll().where("name", "in", names).execute();
  const levels = buckets.map((bucket) => {
    const row = rows.find(({ name }) => name === bucket.name);
    // If the clock was set back, nothing is refilled.
    const filled =
      row === undefined ? bucket.capacity : row.tokens + Math.max(0, now - row.refilled_at) * rateOf(bucket);
    return { bucket, level: Math.min(bucket.capacity, filled) };
  });
  const short = levels
    .filter(({ level }) => level < count - ROUNDING)
    .toSorted((a, b) => waitOf(b, count) - waitOf(a, count))[0];
  if (short !== undefined) return { ok: false, bucket: short.bucket.name, retryInMs: waitOf(short, count) };
  for (const { bucket, level } of levels) await put(db, bucket, { level: level - count, now });
  return { ok: true };
}

/** Tokens per ms. */
function rateOf({ capacity, refillMs }: Bucket): number {
  return capacity / refillMs;
}

function waitOf({ bucket, level }: { readonly bucket: Bucket; readonly level: number }, count: number): number {
  return Math.ceil((count - level) / rateOf(bucket) - ROUNDING);
}

async function put(
  db: Db,
  bucket: Bucket,
  { level, now }: { readonly level: number; readonly now: number },
): Promise<void> {
  const values = {
    tokens: level,
    refilled_at: now,
    full_at: now + Math.ceil((bucket.capacity - level) / rateOf(bucket)),
  };
  await db
    .insertInto("token_buckets")
    .values({ name: bucket.name, ...values })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
    .execute();
}
