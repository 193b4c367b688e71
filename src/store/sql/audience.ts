import { randomInt } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type { View } from "../../core/model.js";
import type { AudienceGroup, AudienceQuery } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { sha256, eligibility } from "./parts.js";

const DAY_MS = 86_400_000;

/** Readers with the same view, mailing history and first day. Several cells may get the same letter. */
export interface Cell {
  readonly viewId: number;
  /** The ids of the letters that they were already sent, separated by commas. */
  readonly signature: string;
  /** The index of their first day in the days of the query; -1 if the edition covers no days. */
  readonly dayIndex: number;
  readonly readers: number;
}

export interface CellGroup {
  readonly group: AudienceGroup;
  readonly cells: readonly Cell[];
}

/** The SQL conditions of an audience. */
interface AudienceSql {
  /**
   * Whether a subscriber `s` is a candidate: either confirmed and of the frequency, or named, and without a delivery of the
   * edition.
   */
  readonly isCandidate: RawBuilder<boolean>;
  readonly isNamed: RawBuilder<boolean>;
  readonly eligibility: RawBuilder<string>;
  readonly signature: RawBuilder<string>;
  readonly dayIndex: RawBuilder<number>;
}

/** Groups the current readers of an edition by the letter that they get. */
export async function groupAudience(db: Db, query: AudienceQuery): Promise<readonly AudienceGroup[]> {
  const past = await pastLetters(db, query);
  const of = await audienceSql(db, query, past);
  const readers = sql`SELECT s.view_id, ${of.signature} AS signature, ${of.dayIndex} AS day_index
    FROM subscribers s WHERE ${of.isCandidate} AND ${of.eligibility} = 'active'`;
  return (await groupReaders(db, { query, past, readers })).map(({ group }) => group);
}

/**
 * Saves the readers of an edition with their current preferences, in the caller's transaction. Replaces the previous snapshot.
 * @returns the number of the snapshot.
 */
export async function takeSnapshot(db: Db, query: AudienceQuery): Promise<number> {
  const of = await audienceSql(db, query, await pastLetters(db, query));
  const snapshot = randomInt(MAX_SNAPSHOT);
  await sql`DELETE FROM audience_snapshot`.execute(db);
  await sql`INSERT INTO audience_snapshot (subscriber_id, snapshot, view_id, signature, day_index, eligibility, is_named)
    SELECT s.id, ${snapshot}, s.view_id, ${of.signature}, ${of.dayIndex}, ${of.eligibility},
      CASE WHEN ${of.isNamed} THEN 1 ELSE 0 END
    FROM subscribers s WHERE ${of.isCandidate} ORDER BY s.id`.execute(db);
  return snapshot;
}

/** Snapshots have random numbers, so that a process never mistakes the snapshot of another process for its own. */
const MAX_SNAPSHOT = 2 ** 47;

/** Groups the readers of a snapshot by the letter that they get. */
export async function groupSnapshot(db: Db, query: AudienceQuery, snapshot: number): Promise<readonly CellGroup[]> {
  const readers = sql`SELECT view_id, signature, day_index FROM audience_snapshot
    WHERE snapshot = ${snapshot} AND eligibility = 'active'`;
  return groupReaders(db, { query, past: await pastLetters(db, query), readers });
}

interface Readers {
  readonly query: AudienceQuery;
  readonly past: readonly PastLetter[];
  /** A query for the view, history and first day of each reader. */
  readonly readers: RawBuilder<unknown>;
}

/** Groups readers in the database, so that only the groups are in memory. */
async function groupReaders(db: Db, { query, past, readers }: Readers): Promise<readonly CellGroup[]> {
  const { rows } = await sql<Cell & { readonly view: string; readonly hash: string }>`
    SELECT c.view_id AS "viewId", c.signature, c.day_index AS "dayIndex", c.readers, v.body AS view, v.hash FROM (
      SELECT r.view_id, r.signature, r.day_index, count(*) AS readers FROM (${readers}) r GROUP BY 1, 2, 3) c
    JOIN views v ON v.id = c.view_id ORDER BY c.view_id, c.day_index, c.signature`.execute(db);
  const papersOf = new Map(past.map(({ letter, papers }) => [String(letter), JSON.parse(papers) as readonly string[]]));
  const found = new Map<string, CellGroup>();
  for (const { view, hash, ...cell } of rows) {
    const had = hadPapers(cell, papersOf);
    const firstDay = query.days[cell.dayIndex] ?? null;
    const key = sha256(JSON.stringify([hash, had, firstDay]));
    const { group, cells } = found.get(key) ?? {
      group: { key, view: viewOf(view), had, firstDay, readers: 0 },
      cells: [],
    };
    found.set(key, { group: { ...group, readers: group.readers + cell.readers }, cells: [...cells, cell] });
  }
  return [...found.values()];
}

function viewOf(body: string): View {
  return JSON.parse(body) as View;
}

function hadPapers({ signature }: Cell, papersOf: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set(signature.split(",").flatMap((letter) => papersOf.get(letter) ?? []))].toSorted();
}

async function audienceSql(db: Db, query: AudienceQuery, past: readonly PastLetter[]): Promise<AudienceSql> {
  const { frequency, named, now, days, followers = { of: [null], bindsNamed: false } } = query;
  const { oneOf } = dialectOf(db);
  const follows = followsOneOf(db, followers.of);
  const isAddressee = sql<boolean>`s.address_key IN ${oneOf(named.map(addressKey))}`;
  const isNamed = followers.bindsNamed ? sql<boolean>`(${isAddressee} AND ${follows})` : isAddressee;
  const isReader = sql<boolean>`(s.frequency = ${frequency} AND s.origin <> 'named' AND s.state <> 'pending' AND ${follows})`;
  const saved = await findPrepared(db, query);
  const includesList = frequency !== null && saved?.for_list !== 1;
  const isEither = named.length === 0 ? isReader : sql<boolean>`(${isReader} OR ${isNamed})`;
  const isWanted = includesList ? isEither : isNamed;
  return {
    isCandidate: saved === null ? isWanted : withoutDelivery(isWanted, saved.id),
    isNamed,
    eligibility: eligibility(now),
    signature: signatureOf(db, [...new Set(past.map(({ edition }) => edition))]),
    dayIndex: dayIndexOf(days),
  };
}

/** Whether the view of a subscriber `s` follows one of these sources. */
function followsOneOf(db: Db, sources: readonly (string | null)[]): RawBuilder<boolean> {
  const names = sources.filter((source) => source !== null);
  const ways = [
    ...(sources.includes(null)
      ? [sql<boolean>`s.view_id NOT IN (SELECT v.id FROM views v WHERE v.source IS NOT NULL)`]
      : []),
    ...(names.length > 0
      ? [sql<boolean>`s.view_id IN (SELECT v.id FROM views v WHERE v.source IN ${dialectOf(db).oneOf(names)})`]
      : []),
  ];
  return sql<boolean>`(${sql.join(ways, sql` OR `)})`;
}

/** Returns the row of an edition that is already prepared; null for a new one. */
export async function findPrepared(
  db: Db,
  { edition, channel }: Pick<AudienceQuery, "edition" | "channel">,
): Promise<{ readonly id: number; readonly for_list: number } | null> {
  const query = db.selectFrom("editions").select(["id", "for_list"]).where("edition_id", "=", edition.id);
  return (await query.where("channel", "=", channel).executeTakeFirst()) ?? null;
}

/** Excludes subscribers who already have a delivery of the edition. */
function withoutDelivery(isWanted: RawBuilder<boolean>, editionRef: number): RawBuilder<boolean> {
  return sql<boolean>`(${isWanted} AND NOT EXISTS (
    SELECT 1 FROM deliveries known WHERE known.edition_ref = ${editionRef} AND known.subscriber_id = s.id))`;
}

interface PastLetter {
  readonly letter: number;
  readonly edition: number;
  /** The ids of this edition's papers in the letter, as JSON. */
  readonly papers: string;
}

/** Selects the letters of the channel since `hadSince` that share a paper with the edition. */
async function pastLetters(db: Db, { edition, channel, hadSince }: AudienceQuery): Promise<readonly PastLetter[]> {
  const { jsonArray, oneOf } = dialectOf(db);
  const { rows } = await sql<PastLetter>`
    SELECT p.letter_id AS letter, l.edition_ref AS edition, ${jsonArray(sql`p.paper`)} AS papers FROM letter_papers p
      JOIN letters l ON l.id = p.letter_id JOIN editions e ON e.id = l.edition_ref
    WHERE p.paper IN ${oneOf(edition.papers.map(({ id }) => id))} AND e.channel = ${channel}
      AND e.prepared_at >= ${Number(hadSince)} AND e.edition_id <> ${edition.id}
    GROUP BY p.letter_id, l.edition_ref`.execute(db);
  return rows;
}

function signatureOf(db: Db, editions: readonly number[]): RawBuilder<string> {
  if (editions.length === 0) return sql<string>`''`;
  const { indexedBy, oneOfNumbers } = dialectOf(db);
  return sql<string>`coalesce((SELECT string_agg(CAST(d.letter_id AS TEXT), ',' ORDER BY d.letter_id)
    FROM deliveries d ${indexedBy("deliveries_once")}
    WHERE d.edition_ref IN ${oneOfNumbers(editions)} AND d.subscriber_id = s.id AND d.state IN ('sent', 'uncertain')), '')`;
}

/** Returns the index of the first day that had not ended when the reader joined, or else of the last day. */
function dayIndexOf(days: readonly string[]): RawBuilder<number> {
  if (days.length <= 1) return sql<number>`${sql.lit(days.length - 1)}`;
  const whens = days
    .slice(0, -1)
    .map((day, index) => sql`WHEN s.joined_at < ${Date.parse(day) + DAY_MS} THEN ${sql.lit(index)}`);
  return sql<number>`CASE ${sql.join(whens, sql` `)} ELSE ${sql.lit(days.length - 1)} END`;
}
