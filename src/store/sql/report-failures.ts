import { type RawBuilder, sql } from "kysely";
import type { FailedLetters, FailureQuery } from "../store.js";
import type { Db } from "./database.js";

/** Older letters are not reported any more. */
const MEMORY_MS = 31 * 86_400_000;

/** How far a letter's failure is reported: the values of `deliveries.reported`. */
const MAILED = 1;
const REPORTED = 2;

interface Row {
  readonly edition_ref: number;
  readonly state: FailedLetters["state"];
  /** 1 when the mailbox is the cause. */
  readonly is_full: number;
}

/** Reports the failed letters of the last 31 days, each once. */
export async function reportFailures(
  db: Db,
  { channel, as }: FailureQuery,
  now: Date,
): Promise<readonly FailedLetters[]> {
  const since = Number(now) - MEMORY_MS;
  const recent = sql`edition_ref IN (SELECT id FROM editions WHERE channel = ${channel} AND prepared_at > ${since})`;
  const repeated = await markRepeated(db, recent);
  if (as === "mail") {
    const fresh = await mark(db, MAILED, sql`${recent} AND state IN ('uncertain', 'expired') AND reported = 0`);
    return summed(db, { fresh, mailed: [], repeated });
  }
  const deferred = sql`${recent} AND state = 'deferred'`;
  const waiting = await mark(db, REPORTED, sql`${deferred} AND reported = ${REPORTED}`);
  await mark(db, REPORTED, sql`${deferred} AND reported < ${REPORTED} AND ${IS_FULL} = 1`);
  const failed = sql`${recent} AND state IN ('refused', 'uncertain', 'expired')`;
  const mailed = await mark(db, REPORTED, sql`${failed} AND reported = ${MAILED}`);
  const fresh = await mark(db, REPORTED, sql`${failed} AND reported = 0`);
  return summed(db, { fresh, mailed, repeated: [...repeated.filter(({ state }) => state !== "deferred"), ...waiting] });
}

/** 1 when the reader's mailbox is the cause: it has bounced since the letter was prepared, or ended the subscription. */
const IS_FULL = sql<number>`CASE WHEN EXISTS (SELECT 1 FROM bounces b JOIN editions e ON e.id = deliveries.edition_ref
      WHERE b.subscriber_id = deliveries.subscriber_id AND b.at >= e.prepared_at)
    OR EXISTS (SELECT 1 FROM subscribers s WHERE s.id = deliveries.subscriber_id AND s.state = 'bounced')
  THEN 1 ELSE 0 END`;

/**
 * Marks failed letters to readers whose failure was reported before, with no accepted letter in between. A deferred letter has failed
 * only if the mailbox is the cause.
 */
async function markRepeated(db: Db, recent: RawBuilder<unknown>): Promise<readonly Row[]> {
  const known = sql`SELECT subscriber_id AS reader, max(id) AS last FROM deliveries
    WHERE ${recent} AND state IN ('refused', 'expired', 'deferred') AND reported = ${REPORTED} GROUP BY subscriber_id`;
  const { rows } = await sql<Row>`UPDATE deliveries SET reported = ${REPORTED} FROM (${known}) known
    WHERE ${recent} AND reported < ${REPORTED} AND known.reader = deliveries.subscriber_id
      AND (state IN ('refused', 'expired') OR (state = 'deferred' AND ${IS_FULL} = 1))
      AND NOT EXISTS (SELECT 1 FROM deliveries sent WHERE sent.${recent} AND sent.subscriber_id = known.reader
        AND sent.state = 'sent' AND sent.id > known.last AND sent.id < deliveries.id)
    RETURNING edition_ref, state, ${IS_FULL} AS is_full`.execute(db);
  return rows;
}

async function mark(db: Db, reported: number, which: RawBuilder<unknown>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`UPDATE deliveries SET reported = ${reported} WHERE ${which}
    RETURNING edition_ref, state, ${IS_FULL} AS is_full`.execute(db);
  return rows;
}

type Found = Readonly<Record<"fresh" | "mailed" | "repeated", readonly Row[]>>;

/** Counts the rows by edition and state. */
async function summed(db: Db, found: Found): Promise<readonly FailedLetters[]> {
  const all = [...found.fresh, ...found.mailed, ...found.repeated];
  const keys = [...new Map(all.map((row) => [keyOf(row), row])).values()];
  const editions = await db
    .selectFrom("editions")
    .select(["id", "edition_id"])
    .where("id", "in", [0, ...new Set(keys.map(({ edition_ref: ref }) => ref))])
    .execute();
  const nameOf = new Map(editions.map(({ id, edition_id: name }) => [id, name]));
  return keys.map((key) => {
    const count = (rows: readonly Row[]): number => rows.filter((row) => keyOf(row) === keyOf(key)).length;
    return {
      editionId: nameOf.get(key.edition_ref) ?? "",
      state: key.state,
      letters: count(found.fresh) + count(found.mailed),
      mailed: count(found.mailed),
      repeated: count(found.repeated),
      full: count(found.repeated.filter(({ is_full: isFull }) => isFull === 1)),
    };
  });
}

function keyOf({ edition_ref: edition, state }: Row): string {
  return `${edition} ${state}`;
}
