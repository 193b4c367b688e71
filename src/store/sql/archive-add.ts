import { sql } from "kysely";
import { editionPeriod } from "../../core/calendar.js";
import type { Edition, Paper } from "../../core/model.js";
import { wordsOfPaper } from "./archive-words.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

const MAX_TITLES = 5;

/**
 * Adds an edition to the archive, in the caller's transaction. Does nothing if the edition is private, was not prepared for the
 * list, has no deliveries or is already in the archive, or if its date has an edition that was mailed.
 * @returns whether the edition was added.
 */
export async function addToArchive(db: Db, editionRef: number): Promise<boolean> {
  const row = await db.selectFrom("editions").selectAll().where("id", "=", editionRef).executeTakeFirstOrThrow();
  const period = editionPeriod(row.edition_id);
  if (period === null || row.prepared === 0 || row.for_list === 0) return false;
  const replaced = await db
    .selectFrom("archive_editions")
    .innerJoin("editions", "editions.id", "archive_editions.edition_ref")
    .select(["edition_ref", "channel"])
    .where("date", "=", period.date)
    .executeTakeFirst();
  if (replaced && (replaced.channel === "smtp" || row.channel === "outbox")) return false;
  if (replaced) await removeFromArchive(db, replaced.edition_ref);
  const papers = distinct((JSON.parse(row.body) as Edition).papers);
  const titles = JSON.stringify(papers.slice(0, MAX_TITLES).map(({ title }) => title));
  const { prepared_at: at } = row;
  const entry = { edition_ref: editionRef, ...period, at, papers: papers.length, titles };
  await db.insertInto("archive_editions").values(entry).execute();
  for (const [position, paper] of papers.entries()) await addPaper(db, { editionRef, at, paper, position });
  if (replaced) await removeLostPapers(db);
  return true;
}

interface PaperEntry {
  readonly editionRef: number;
  readonly at: number;
  readonly paper: Paper;
  readonly position: number;
}

async function addPaper(db: Db, { editionRef, at, paper, position }: PaperEntry): Promise<void> {
  const { rows } = await sql<{ id: number; newest_at: number }>`
    INSERT INTO archive_papers (paper, body, newest_at, first_at, position)
    VALUES (${paper.id}, ${JSON.stringify(paper)}, ${at}, ${at}, ${position})
    ON CONFLICT (paper) DO UPDATE SET
      body = CASE WHEN excluded.newest_at >= archive_papers.newest_at THEN excluded.body ELSE archive_papers.body END,
      newest_at = CASE WHEN excluded.newest_at >= archive_papers.newest_at THEN excluded.newest_at ELSE archive_papers.newest_at END,
      position = CASE WHEN excluded.first_at < archive_papers.first_at THEN excluded.position ELSE archive_papers.position END,
      first_at = CASE WHEN excluded.first_at < archive_papers.first_at THEN excluded.first_at ELSE archive_papers.first_at END
    RETURNING id, newest_at`.execute(db);
  for (const { id, newest_at: newestAt } of rows) {
    await db.insertInto("archive_paper_editions").values({ paper_ref: id, edition_ref: editionRef }).execute();
    if (newestAt === at) await dialectOf(db).indexWords(db, id, wordsOfPaper(paper));
  }
}

async function removeFromArchive(db: Db, editionRef: number): Promise<void> {
  await sql`DELETE FROM archive_paper_editions WHERE edition_ref = ${editionRef}`.execute(db);
  await sql`DELETE FROM archive_editions WHERE edition_ref = ${editionRef}`.execute(db);
}

/** Removes the papers that were only in the replaced edition. */
async function removeLostPapers(db: Db): Promise<void> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM archive_papers p
    WHERE NOT EXISTS (SELECT 1 FROM archive_paper_editions x WHERE x.paper_ref = p.id)`.execute(db);
  for (const { id } of rows) {
    await dialectOf(db).indexWords(db, id, null);
    await db.deleteFrom("archive_papers").where("id", "=", id).execute();
  }
}

function distinct(papers: readonly Paper[]): readonly Paper[] {
  const seen = new Set<string>();
  return papers.filter(({ id }) => !seen.has(id) && seen.add(id));
}
