import { type RawBuilder, sql } from "kysely";
import type { SearchWord, PaperWords } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";

/** The bm25 weights of the columns title, keywords, authors and abstract. */
const WEIGHTS = sql`8.0, 4.0, 4.0, 1.0`;

/** Replaces the words of a paper in a contentless FTS5 index (https://sqlite.org/fts5.html). */
export async function indexWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  if (words === null) {
    await sql`DELETE FROM archive_index WHERE rowid = ${paperRef}`.execute(db);
    return;
  }
  const columns = [words.title, words.keywords, words.authors, words.abstract].map((column) => column.join(" "));
  await sql`INSERT OR REPLACE INTO archive_index (rowid, title, keywords, authors, abstract)
    VALUES (${paperRef}, ${sql.join(columns)})`.execute(db);
}

/**
 * Returns the papers that contain every word. Quotes the words, so that FTS5 does not parse them as its query language. A word
 * consists of letters, digits, `.`, `+` and `#` (src/core/fold.ts), which the tokenizer of the table keeps together.
 */
export function searchIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const query = words.map(({ word, isPrefix }) => `"${word.replaceAll('"', "")}"${isPrefix ? "*" : ""}`).join(" AND ");
  return sql`(SELECT rowid AS paper_ref, bm25(archive_index, ${WEIGHTS}) AS score FROM archive_index
    WHERE archive_index MATCH ${query}) w`;
}

/** Returns the papers that contain the words next to each other in one column. */
export function phraseIndex(words: readonly SearchWord[]): RawBuilder<unknown> {
  const phrase = words.map(({ word }) => word.replaceAll('"', "")).join(" ");
  const query = `"${phrase}"${words.at(-1)?.isPrefix ? "*" : ""}`;
  return sql`(SELECT rowid FROM archive_index WHERE archive_index MATCH ${query})`;
}
