import { type RawBuilder, sql } from "kysely";
import type { View } from "../../core/model.js";
import type { AudienceGroup, AudienceQuery } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { addressKey, sha256, eligibility } from "./parts.js";

const DAY_MS = 86_400_000;

/** Readers with the same view, mailing history and first day. Several cells can get the same letter. */
export interface Cell {
  readonly viewId: number;
  /** The ids of the past letters that they were sent, separated by commas. */
  readonly signature: string;
  /** The index of their first day in the query's days; -1 when the edition covers no days. */
  readonly dayIndex: number;
  readonly readers: number;
}

export interface CellGroup {
  readonly group: AudienceGroup;
  readonly cells: readonly Cell[];
}

/** The SQL conditions of an audience, shared by `audience` and `prepare`. */
export interface AudienceSql {
  /** Whether a subscriber `s` is a candidate: confirmed and of the frequency, or named; and without a delivery of the edition. */
  readonly isCandidate: RawBuilder<boolean>;
  readonly isNamed: RawBuilder<boolean>;
  readonly eligibility: RawBuilder<string>;
  readonly signature: RawBuilder<string>;
  readonly dayIndex: RawBuilder<number>;
  /** The papers of this edition in each past letter, by letter id. */
  readonly papersOf: ReadonlyMap<string, readonly string[]>;
}

/** Groups the readers of an edition by the letter they get. The database aggregates, so memory holds only the groups. */
export async function groupAudience(db: Db, query: AudienceQuery, of: AudienceSql): Promise<readonly CellGroup[]> {
  const { rows } = await sql<Cell & { readonly view: string; readonly hash: string }>`
    SELECT c."viewId", c.signature, c."dayIndex", c.readers, v.body AS view, v.hash FROM (
      SELECT s.view_id AS "viewId", ${of.signature} AS signature, ${of.dayIndex} AS "dayIndex", count(*) AS readers
      FROM subscribers s WHERE ${of.isCandidate} AND ${of.eligibility} = 'active' GROUP BY 1, 2, 3) c
    JOIN views v ON v.id = c."viewId" ORDER BY c."viewId", c."dayIndex", c.signature`.execute(db);
  const found = new Map<string, CellGroup>();
  for (const { view, hash, ...cell } of rows) {
    const had = hadPapers(cell, of.papersOf);
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

/** Finds the relevant past letters and builds the conditions. */
export async function audienceSql(db: Db, query: AudienceQuery): Promise<AudienceSql> {
  const { frequency, named, now, days } = query;
  const { oneOf } = dialectOf(db);
  const isNamed = sql<boolean>`s.address_key IN ${oneOf(named.map(addressKey))}`;
  const isReader = sql<boolean>`(s.frequency = ${frequency} AND s.origin <> 'named' AND s.state <> 'pending')`;
  const past = await pastLetters(db, query);
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
    papersOf: new Map(past.map(({ letter, papers }) => [String(letter), JSON.parse(papers) as readonly string[]])),
  };
}

/** Returns the row of an edition that was prepared before; null for a new one. */
export async function findPrepared(
  db: Db,
  { edition, channel }: Pick<AudienceQuery, "edition" | "channel">,
): Promise<{ readonly id: number; readonly for_list: number } | null> {
  const query = db.selectFrom("editions").select(["id", "for_list"]).where("edition_id", "=", edition.id);
  return (await query.where("channel", "=", channel).executeTakeFirst()) ?? null;
}

/** Deliveries are keyed by edition and subscriber: preparing an edition again adds only readers who have none. */
function withoutDelivery(isWanted: RawBuilder<boolean>, editionRef: number): RawBuilder<boolean> {
  return sql<boolean>`(${isWanted} AND NOT EXISTS (
    SELECT 1 FROM deliveries known WHERE known.edition_ref = ${editionRef} AND known.subscriber_id = s.id))`;
}

interface PastLetter {
  readonly letter: number;
  readonly edition: number;
  /** JSON: the ids of this edition's papers in the letter. */
  readonly papers: string;
}

/** Selects the channel's letters since `hadSince` that share a paper with the edition. */
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

/** The index of the first day that had not ended when the reader joined, else of the last day. */
function dayIndexOf(days: readonly string[]): RawBuilder<number> {
  if (days.length <= 1) return sql<number>`${sql.lit(days.length - 1)}`;
  const whens = days
    .slice(0, -1)
    .map((day, index) => sql`WHEN s.joined_at < ${Date.parse(day) + DAY_MS} THEN ${sql.lit(index)}`);
  return sql<number>`CASE ${sql.join(whens, sql` `)} ELSE ${sql.lit(days.length - 1)} END`;
}
