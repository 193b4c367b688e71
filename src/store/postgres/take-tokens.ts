/** A step of steps.ts: the function behind the limits, so that taking tokens is one statement, and one way to the server. */
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
    -- Levels are fractions; so little of a token, or of a millisecond, is an error of reckoning.
    rounding CONSTANT FLOAT8 := 1e-6;
  BEGIN
    DELETE FROM buckets b WHERE b.name IN (SELECT o.name FROM buckets o
      WHERE o.full_at <= instant AND NOT o.name = ANY (names) ORDER BY o.full_at LIMIT 100 FOR UPDATE SKIP LOCKED);
    -- Everybody locks in the same order. A bucket that is not there is full; making it locks it as well.
    FOR place IN SELECT u.place::INTEGER FROM unnest(names) WITH ORDINALITY AS u(name, place) ORDER BY u.name COLLATE "C" LOOP
      INSERT INTO buckets AS b (name, level, filled_at, full_at)
        VALUES (names[place], capacities[place], instant, instant)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name
        RETURNING b.level, b.filled_at INTO held_level, held_since;
      -- A clock that is put back, or is behind another machine's, fills nothing.
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
      UPDATE buckets b SET level = levels[place] - wanted, filled_at = since[place], full_at = since[place]
          + ceil((capacities[place] - levels[place] + wanted) * refills[place] / capacities[place])::BIGINT
        WHERE b.name = names[place];
    END LOOP;
  END
  $function$;
`;
