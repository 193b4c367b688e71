import { sql } from "kysely";
import type { Db } from "../sql/database.js";
import type { TokenRequest } from "../sql/dialect.js";
import type { Bucket, Grant } from "../store.js";

/**
 * Takes tokens from each bucket, or from none, in one round trip. The SQL function below locks the buckets in the order of
 * their names, so that concurrent callers cannot deadlock.
 */
export async function takeTokens(db: Db, buckets: readonly Bucket[], { count, now }: TokenRequest): Promise<Grant> {
  const names = buckets.map(({ name }) => name);
  const capacities = buckets.map(({ capacity }) => capacity);
  const refills = buckets.map(({ refillMs }) => refillMs);
  const { rows } = await sql<{ bucket: string; retry_in: number }>`SELECT bucket, retry_in FROM take_tokens(
    ${names}::text[], ${capacities}::float8[], ${refills}::float8[], ${count}::float8, ${now}::bigint)`.execute(db);
  const short = rows[0];
  return short === undefined ? { ok: true } : { ok: false, bucket: short.bucket, retryInMs: short.retry_in };
}

/**
 * A function of the schema that takes tokens in one statement. Returns no row if it succeeds, otherwise the bucket with the
 * longest wait.
 */
export const TAKE_TOKENS = `
  CREATE FUNCTION take_tokens(names TEXT[], capacities FLOAT8[], refills FLOAT8[], wanted FLOAT8, instant BIGINT)
    RETURNS TABLE (bucket TEXT, retry_in BIGINT) LANGUAGE plpgsql AS $function$
  DECLARE
    place INTEGER;
    held_level FLOAT8;
    held_since BIGINT;
    levels FLOAT8[] := '{}';
    since BIGINT[] := '{}';
    wait BIGINT;
    -- Levels are fractions: differences this small are rounding errors.
    rounding CONSTANT FLOAT8 := 1e-6;
  BEGIN
    DELETE FROM token_buckets b WHERE b.name IN (SELECT o.name FROM token_buckets o
      WHERE o.full_at <= instant AND NOT o.name = ANY (names) ORDER BY o.full_at LIMIT 100 FOR UPDATE SKIP LOCKED);
    -- All callers lock in the same order. A missing bucket is full; inserting it locks it.
    FOR place IN SELECT u.place::INTEGER FROM unnest(names) WITH ORDINALITY AS u(name, place) ORDER BY u.name COLLATE "C" LOOP
      INSERT INTO token_buckets AS b (name, tokens, refilled_at, full_at)
        VALUES (names[place], capacities[place], instant, instant)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name
        RETURNING b.tokens, b.refilled_at INTO held_level, held_since;
      -- A clock that went back, or is behind that of another machine, refills nothing.
      levels[place] := least(capacities[place],
        held_level + greatest(0, instant - held_since) * capacities[place] / refills[place]);
      since[place] := greatest(held_since, instant);
    END LOOP;
    FOR place IN SELECT generate_subscripts(names, 1) LOOP
      IF levels[place] < wanted - rounding THEN
        wait := ceil((wanted - levels[place]) * refills[place] / capacities[place] - rounding);
        IF retry_in IS NULL OR wait > retry_in THEN
          bucket := names[place];
          retry_in := wait;
        END IF;
      END IF;
    END LOOP;
    IF bucket IS NOT NULL THEN
      RETURN NEXT;
      RETURN;
    END IF;
    FOR place IN SELECT generate_subscripts(names, 1) LOOP
      UPDATE token_buckets b SET tokens = levels[place] - wanted, refilled_at = since[place], full_at = since[place]
          + ceil((capacities[place] - levels[place] + wanted) * refills[place] / capacities[place])::BIGINT
        WHERE b.name = names[place];
    END LOOP;
  END
  $function$;
`;
