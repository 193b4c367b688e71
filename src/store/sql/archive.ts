import { type RawBuilder, type Selectable, sql } from "kysely";
import { editionPeriod } from "../../core/calendar.js";
import type { Edition, Paper } from "../../core/model.js";
import type { ArchivedEdition, ArchivedPaper, ArchiveSearch, ArchiveStore } from "../store.js";
import { searchTerms } from "./archive-words.js";
import { addToArchive } from "./archive-add.js";
import type { Connection, Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import type { Tables } from "./tables.js";

/** Opens the archive of a database. The dialect implements the full-text search. */
export function openArchive(connection: Connection): ArchiveStore {
  return {
    index: () => indexAll(connection),
    version: () =>
      connection.read(async (db) => {
        const { rows } = await sql<{ version: string }>`
          SELECT count(*) || '.' || coalesce(sum(edition_ref), 0) AS version FROM archive_editions`.execute(db);
        return rows[0]?.version ?? "";
      }),
    editions: ({ kind, limit, offset }) =>
      connection.read(async (db) => {
        const ofKind = kind === null ? sql`true` : sql`kind = ${kind}`;
        const order = kind === null ? sql`at DESC` : sql`last DESC`;
        const page = await sql<ArchiveRow>`${ENTRIES}
          WHERE ${ofKind} ORDER BY ${order}, a.edition_ref DESC LIMIT ${limit} OFFSET ${offset}`.execute(db);
        return { total: await countRows(db, sql`archive_editions WHERE ${ofKind}`), editions: page.rows.map(archived) };
      }),
    edition: (date) =>
      connection.read(async (db) => {
        const { rows } = await sql<
          ArchiveRow & { body: string }
        >`SELECT a.*, e.edition_id, e.body FROM archive_editions a
          JOIN editions e ON e.id = a.edition_ref WHERE a.date = ${date}`.execute(db);
        return rows.map((row) => ({ ...archived(row), edition: JSON.parse(row.body) as Edition }))[0] ?? null;
      }),
    neighbours: (date) =>
      connection.read(async (db) => {
        const row = await db.selectFrom("archive_editions").selectAll().where("date", "=", date).executeTakeFirst();
        if (row === undefined) return { before: null, next: null };
        const nearest = async (isBeyond: RawBuilder<boolean>, order: RawBuilder<unknown>) => {
          const { rows } = await sql<ArchiveRow>`${ENTRIES} WHERE a.kind = ${row.kind} AND ${isBeyond}
            ORDER BY a.last ${order}, a.edition_ref ${order} LIMIT 1`.execute(db);
          return rows.map(archived)[0] ?? null;
        };
        const place = sql`(${row.last}, ${row.edition_ref})`;
        return {
          before: await nearest(sql`(a.last, a.edition_ref) < ${place}`, sql`DESC`),
          next: await nearest(sql`(a.last, a.edition_ref) > ${place}`, sql`ASC`),
        };
      }),
    paper: (paperId) =>
      connection.read(async (db) => {
        const rows = await db.selectFrom("archive_papers").selectAll().where("paper", "=", paperId).execute();
        return (await withEditions(db, rows))[0] ?? null;
      }),
    recent: ({ limit, offset }) =>
      connection.read(async (db) => {
        const query = db.selectFrom("archive_papers").selectAll().orderBy("first_at", "desc").orderBy("position");
        return withEditions(db, await query.orderBy("id").limit(limit).offset(offset).execute());
      }),
    search: (query) => connection.read((db) => search(db, query)),
  };
}

/** Adds each public edition in a separate transaction, so that other writers do not wait long. */
async function indexAll(connection: Connection): Promise<number> {
  const { rows } = await connection.read((db) =>
    sql<{ id: number; edition_id: string }>`SELECT id, edition_id FROM editions
      WHERE id NOT IN (SELECT edition_ref FROM archive_editions) ORDER BY id`.execute(db),
  );
  let added = 0;
  for (const { id } of rows.filter((row) => editionPeriod(row.edition_id) !== null)) {
    if (await connection.write((db) => addToArchive(db, id))) added += 1;
  }
  return added;
}

const ENTRIES = sql`SELECT a.*, e.edition_id FROM archive_editions a JOIN editions e ON e.id = a.edition_ref`;

async function countRows(db: Db, of: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number }>`SELECT count(*) AS total FROM ${of}`.execute(db);
  return rows[0]?.total ?? 0;
}

type ArchiveRow = Selectable<Tables["archive_editions"]> & { readonly edition_id: string };

function archived({ edition_id, kind, date, at, papers, titles }: ArchiveRow): ArchivedEdition {
  return {
    editionId: edition_id,
    kind,
    date,
    at: new Date(at),
    papers,
    titles: JSON.parse(titles) as readonly string[],
  };
}

type PaperRow = Pick<Selectable<Tables["archive_papers"]>, "id" | "body">;

async function withEditions(db: Db, papers: readonly PaperRow[]): Promise<readonly ArchivedPaper[]> {
  const { rows } = await sql<ArchiveRow & { paper_ref: number }>`SELECT a.*, e.edition_id, p.paper_ref
    FROM archive_paper_editions p JOIN archive_editions a ON a.edition_ref = p.edition_ref JOIN editions e ON e.id = a.edition_ref
    WHERE p.paper_ref IN ${dialectOf(db).oneOfNumbers(papers.map(({ id }) => id))} ORDER BY a.at DESC, a.edition_ref DESC`.execute(
    db,
  );
  return papers.map(({ id, body }) => ({
    paper: JSON.parse(body) as Paper,
    editions: rows
      .filter((row) => row.paper_ref === id)
      .map(({ edition_id, kind, date, at }) => ({ editionId: edition_id, kind, date, at: new Date(at) })),
  }));
}

async function search(db: Db, { text, order, limit, offset }: ArchiveSearch) {
  const { words, phrases, whole } = searchTerms(text);
  if (words.length === 0) return { total: 0, papers: [] };
  const { searchIndex, phraseIndex } = dialectOf(db);
  const hasPhrases = phrases.map((phrase) => sql`w.paper_ref IN ${phraseIndex(phrase)}`);
  const matches = sql`${searchIndex(words)} WHERE ${sql.join([sql`true`, ...hasPhrases], sql` AND `)}`;
  const isPhrase = whole.length > 1 ? sql`CASE WHEN p.id IN ${phraseIndex(whole)} THEN 0 ELSE 1 END,` : sql``;
  const first = order === "relevance" ? sql`${isPhrase} w.score,` : sql``;
  // Sorts ids first and then reads the bodies of one page, so that sorting thousands of papers does not load their bodies.
  const page = await sql<{ id: number }>`SELECT p.id FROM (SELECT w.* FROM ${matches}) w
    JOIN archive_papers p ON p.id = w.paper_ref ORDER BY ${first} p.first_at DESC, p.position, p.id LIMIT ${limit} OFFSET ${offset}`.execute(
    db,
  );
  return { total: await countRows(db, matches), papers: await withEditions(db, await readPapers(db, page.rows)) };
}

/** Reads papers by id, in the given order. */
async function readPapers(db: Db, wanted: readonly { readonly id: number }[]): Promise<readonly PaperRow[]> {
  const ids = wanted.map(({ id }) => id);
  const { rows } = await sql<PaperRow>`SELECT id, body FROM archive_papers
    WHERE id IN ${dialectOf(db).oneOfNumbers(ids)}`.execute(db);
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}
