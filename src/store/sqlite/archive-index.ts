import { type RawBuilder, sql } from "kysely";
import type { AskedWord, PaperWords } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";

/** How much a word counts in each column: title, keywords, authors, abstract. */
const WEIGHTS = sql`8.0, 4.0, 4.0, 1.0`;

/** The words of a paper in the index of FTS5 (https://sqlite.org/fts5.html), which keeps no texts. */
export async function keepWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  if (words === null) {
    await sql`DELETE FROM archive_index WHERE rowid = ${paperRef}`.execute(db);
    return;
  }
  const columns = [words.title, words.keywords, words.authors, words.abstract].map((column) => column.join(" "));
  await sql`INSERT OR REPLACE INTO archive_index (rowid, title, keywords, authors, abstract)
    VALUES (${paperRef}, ${sql.join(columns)})`.execute(db);
}

/**
 * FTS5 has a query language of its own; within quotes it sees words alone. A word is made of letters, digits, `.`, `+` and
 * `#` (src/core/fold.ts), and the tokenizer of the table takes it for one.
 */
export function found(asked: readonly AskedWord[]): RawBuilder<unknown> {
  const query = asked.map(({ word, isPrefix }) => `"${word.replaceAll('"', "")}"${isPrefix ? "*" : ""}`).join(" AND ");
  return sql`(SELECT rowid AS paper_ref, bm25(archive_index, ${WEIGHTS}) AS score FROM archive_index
    WHERE archive_index MATCH ${query}) w`;
}
