import { sql } from "kysely";
import type { Bucket, Grant } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

/** The largest rounding error of a level, which is a fraction. */
const ROUNDING = 1e-6;

interface Level {
  readonly bucket: Bucket;
  readonly level: number;
  /** The instant of the level: now, or a later one if the clock was set back or is behind that of another machine. */
  readonly since: number;
}

/** Takes `count` tokens from each bucket, or from none, atomically. Deletes buckets that are full again. */
export async function takeTokens(
  db: Db,
  buckets: readonly Bucket[],
  { count, now }: { readonly count: number; readonly now: Date },
): Promise<Grant> {
  const at = Number(now);
  const { oneOf, skipLocked } = dialectOf(db);
  const names = buckets.map(({ name }) => name);
  await sql`DELETE FROM token_buckets WHERE name IN (SELECT name FROM token_buckets
    WHERE full_at <= ${at} AND name NOT IN ${oneOf(names)} ORDER BY full_at LIMIT 100 ${skipLocked})`.execute(db);
  const levels = await lockedLevels(db, buckets, at);
  const short = levels
    .filter(({ level }) => level < count - ROUNDING)
    .toSorted((a, b) => waitOf(b, count) - waitOf(a, count))[0];
  if (short !== undefined) return { ok: false, bucket: short.bucket.name, retryInMs: waitOf(short, count) };
  const rows = levels.map(({ bucket, level, since }) => {
    const left = level - count;
    return [bucket.name, left, since, since + Math.ceil((bucket.capacity - left) / rateOf(bucket))];
  });
  await sql`UPDATE token_buckets SET tokens = k.tokens, refilled_at = k.refilled_at, full_at = k.full_at
    FROM ${dialectOf(db).valuesTable(rows, COLUMNS)} WHERE token_buckets.name = k.name`.execute(db);
  return { ok: true };
}

const COLUMNS = { name: "text", tokens: "real", refilled_at: "integer", full_at: "integer" } as const;

/**
 * Returns the levels of buckets, locked until the transaction ends. A missing bucket is full; inserting it locks it. All callers lock
 * in the order of the names, so that they cannot deadlock.
 */
async function lockedLevels(db: Db, buckets: readonly Bucket[], at: number): Promise<readonly Level[]> {
  const values = buckets
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, capacity }) => [name, capacity, at, at]);
  const { rows } = await sql<{ name: string; tokens: number; refilled_at: number }>`
    INSERT INTO token_buckets (name, tokens, refilled_at, full_at)
    SELECT k.name, k.tokens, k.refilled_at, k.full_at FROM ${dialectOf(db).valuesTable(values, COLUMNS)} WHERE true
    ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING name, tokens, refilled_at`.execute(db);
  const known = new Map(rows.map((row) => [row.name, row]));
  return buckets.map((bucket) => {
    const { tokens, refilled_at: refilledAt } = known.get(bucket.name) ?? { tokens: bucket.capacity, refilled_at: at };
    const level = Math.min(bucket.capacity, tokens + Math.max(0, at - refilledAt) * rateOf(bucket));
    return { bucket, level, since: Math.max(refilledAt, at) };
  });
}

/** Tokens per ms. */
function rateOf({ capacity, refillMs }: Bucket): number {
  return capacity / refillMs;
}

function waitOf({ bucket, level }: Level, count: number): number {
  return Math.ceil((count - level) / rateOf(bucket) - ROUNDING);
}
