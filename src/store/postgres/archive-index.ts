import { type RawBuilder, sql } from "kysely";
import type { SearchWord, PaperWords } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";

/** The weight classes of PostgreSQL. Titles count most, then keywords and authors, then abstracts. */
const WEIGHTS: Readonly<Record<keyof PaperWords, string>> = { title: "A", keywords: "B", authors: "B", abstract: "D" };
/** The values of the classes D, C, B and A. */
const CLASS_VALUES = "{0.1, 0.2, 0.5, 1}";

/** Limits that keep words and positions within those of a tsvector (words of 2 kB). */
const MAX_WORD_LENGTH = 500;
const MAX_POSITION = 16_383;

/** Replaces the words of a paper. Because they are already folded, the tsvector is built without a dictionary of the server. */
export async function indexWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  await sql`DELETE FROM archive_index WHERE paper_ref = ${paperRef}`.execute(db);
  if (words === null) return;
  await sql`INSERT INTO archive_index (paper_ref, words) VALUES (${paperRef}, ${vectorOf(words)}::tsvector)`.execute(
    db,
  );
}

/** Returns the papers that contain every word, as a table `w` with paper_ref and score. A lower score is better. */
export function searchIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(termOf).join(" & ");
  return sql`(SELECT paper_ref, -ts_rank(${CLASS_VALUES}::float4[], words, ${query}::tsquery) AS score FROM archive_index
    WHERE words @@ ${query}::tsquery) w`;
}

/** Returns the papers that contain the words next to each other in one field. */
export function phraseIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(termOf).join(" <-> ");
  return sql`(SELECT paper_ref FROM archive_index WHERE words @@ ${query}::tsquery)`;
}

function termOf({ word, isPrefix }: SearchWord): string {
  return `${quoted(word)}${isPrefix ? ":*" : ""}`;
}

/** Returns a tsvector as text: each word with its position and weight class. */
function vectorOf(words: PaperWords): string {
  let position = 0;
  const fields = Object.entries(WEIGHTS) as readonly [keyof PaperWords, string][];
  const entries = fields.flatMap(([field, weight]) => {
    // A gap, so that no phrase crosses two fields.
    position += 1;
    return words[field].map((word) => {
      position = Math.min(position + 1, MAX_POSITION);
      return `${quoted(word)}:${position}${weight}`;
    });
  });
  return entries.join(" ");
}

function quoted(word: string): string {
  const short = Array.from(word).slice(0, MAX_WORD_LENGTH).join("");
  return `'${short.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
