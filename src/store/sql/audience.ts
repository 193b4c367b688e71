import { type RawBuilder, sql } from "kysely";
import type { View } from "../../core/model.js";
import type { AudienceGroup, AudienceQuery } from "../store.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { addressKey, sha256, standing } from "./parts.js";

const DAY_MS = 86_400_000;

/** Readers as the database tells them apart; several such cells can want the same letter. */
export interface Cell {
  readonly viewId: number;
  /** The letters that they got of past editions, as a list of ids. */
  readonly signature: string;
  /** The place of their first day in the query's days; -1 when the edition is not about days. */
  readonly dayIndex: number;
  readonly readers: number;
}

export interface CellGroup {
  readonly group: AudienceGroup;
  readonly cells: readonly Cell[];
}

/** How an audience is looked up: the same conditions for asking and for preparing. */
export interface AudienceSql {
  /** Whether a subscriber `s` is a candidate: of the frequency and confirmed, or named. */
  readonly isCandidate: RawBuilder<boolean>;
  readonly isNamed: RawBuilder<boolean>;
  readonly standing: RawBuilder<string>;
  readonly signature: RawBuilder<string>;
  readonly dayIndex: RawBuilder<number>;
  /** Papers of this edition in each letter that may have been mailed, by letter id. */
  readonly papersOf: ReadonlyMap<string, readonly string[]>;
}

/** Groups the readers of an edition by what they get. One pass in the database; only the groups come out of it. */
export async function groupAudience(db: Db, query: AudienceQuery, of: AudienceSql): Promise<readonly CellGroup[]> {
  const { rows } = await sql<Cell & { readonly view: string; readonly hash: string }>`
    SELECT c."viewId", c.signature, c."dayIndex", c.readers, v.body AS view, v.hash FROM (
      SELECT s.view_id AS "viewId", ${of.signature} AS signature, ${of.dayIndex} AS "dayIndex", count(*) AS readers
      FROM subscribers s WHERE ${of.isCandidate} AND ${of.standing} = 'active' GROUP BY 1, 2, 3) c
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

/** Reads which past letters matter, and makes the conditions out of that. */
export async function audienceSql(db: Db, query: AudienceQuery): Promise<AudienceSql> {
  const { frequency, named, now, days } = query;
  const { oneOf } = dialectOf(db);
  const isNamed = sql<boolean>`s.address_key IN ${oneOf(named.map(addressKey))}`;
  const isReader = sql<boolean>`(s.frequency = ${frequency} AND s.origin <> 'named' AND s.state <> 'pending')`;
  const isEither = named.length === 0 ? isReader : sql<boolean>`(${isReader} OR ${isNamed})`;
  const past = await pastLetters(db, query);
  const editionRef = await preparedAs(db, query);
  return {
    isCandidate: editionRef === null ? (frequency === null ? isNamed : isEither) : latecomer(isNamed, editionRef),
    isNamed,
    standing: standing(now),
    signature: signatureOf(db, [...new Set(past.map(({ edition }) => edition))]),
    dayIndex: dayIndexOf(days),
    papersOf: new Map(past.map(({ letter, papers }) => [String(letter), JSON.parse(papers) as readonly string[]])),
  };
}

/** The row of an edition that is prepared already; null for a new one. */
export async function preparedAs(
  db: Db,
  { edition, channel }: Pick<AudienceQuery, "edition" | "channel">,
): Promise<number | null> {
  const query = db.selectFrom("editions").select("id").where("edition_id", "=", edition.id);
  return (await query.where("channel", "=", channel).executeTakeFirst())?.id ?? null;
}

/** An edition that is prepared takes in nobody but people who are named and have no delivery of it. */
function latecomer(isNamed: RawBuilder<boolean>, editionRef: number): RawBuilder<boolean> {
  return sql<boolean>`(${isNamed} AND NOT EXISTS (
    SELECT 1 FROM deliveries late WHERE late.edition_ref = ${editionRef} AND late.subscriber_id = s.id))`;
}

interface PastLetter {
  readonly letter: number;
  readonly edition: number;
  /** JSON: the ids of the papers of this edition that are in it. */
  readonly papers: string;
}

/** The letters of this channel since then that share a paper with the edition. */
async function pastLetters(db: Db, { edition, channel, hadSince }: AudienceQuery): Promise<readonly PastLetter[]> {
  const { list, oneOf } = dialectOf(db);
  const { rows } = await sql<PastLetter>`
    SELECT p.letter_id AS letter, l.edition_ref AS edition, ${list(sql`p.paper`)} AS papers FROM letter_papers p
      JOIN letters l ON l.id = p.letter_id JOIN editions e ON e.id = l.edition_ref
    WHERE p.paper IN ${oneOf(edition.papers.map(({ id }) => id))} AND e.channel = ${channel}
      AND e.prepared_at >= ${Number(hadSince)} AND e.edition_id <> ${edition.id}
    GROUP BY p.letter_id, l.edition_ref`.execute(db);
  return rows;
}

function signatureOf(db: Db, editions: readonly number[]): RawBuilder<string> {
  if (editions.length === 0) return sql<string>`''`;
  const { by, oneOfNumbers } = dialectOf(db);
  return sql<string>`coalesce((SELECT string_agg(CAST(d.letter_id AS TEXT), ',' ORDER BY d.letter_id)
    FROM deliveries d ${by("deliveries_once")}
    WHERE d.edition_ref IN ${oneOfNumbers(editions)} AND d.subscriber_id = s.id AND d.state IN ('sent', 'uncertain')), '')`;
}

/** The first of the days that did not end before the reader joined, else the last. */
function dayIndexOf(days: readonly string[]): RawBuilder<number> {
  if (days.length <= 1) return sql<number>`${sql.lit(days.length - 1)}`;
  const whens = days
    .slice(0, -1)
    .map((day, index) => sql`WHEN s.joined_at < ${Date.parse(day) + DAY_MS} THEN ${sql.lit(index)}`);
  return sql<number>`CASE ${sql.join(whens, sql` `)} ELSE ${sql.lit(days.length - 1)} END`;
}
