import { type RawBuilder, sql } from "kysely";
import type { AskedWord, PaperWords } from "../sql/archive-words.js";
import type { Db } from "../sql/database.js";

/** PostgreSQL's weights: titles count most, then keywords and authors, then abstracts. */
const WEIGHTS: Readonly<Record<keyof PaperWords, string>> = { title: "A", keywords: "B", authors: "B", abstract: "D" };
const WORTH = "{0.1, 0.2, 0.5, 1}";

/** PostgreSQL keeps no longer word (2 kB) and no higher place. */
const LONGEST_WORD = 500;
const LAST_PLACE = 16_383;

/** Keeps the words of a paper; they are folded already, so no dictionary of the server's looks at them again. */
export async function keepWords(db: Db, paperRef: number, words: PaperWords | null): Promise<void> {
  await sql`DELETE FROM archive_index WHERE paper_ref = ${paperRef}`.execute(db);
  if (words === null) return;
  await sql`INSERT INTO archive_index (paper_ref, words) VALUES (${paperRef}, ${vectorOf(words)}::tsvector)`.execute(
    db,
  );
}

/** The papers that hold all these words, as a table `w` of paper_ref and score, the best having the lowest score. */
export function found(asked: readonly AskedWord[]): RawBuilder<unknown> {
  const query = asked.map(({ word, isPrefix }) => `${quoted(word)}${isPrefix ? ":*" : ""}`).join(" & ");
  return sql`(SELECT paper_ref, -ts_rank(${WORTH}::float4[], words, ${query}::tsquery) AS score FROM archive_index
    WHERE words @@ ${query}::tsquery) w`;
}

/** A tsvector as text: each word with the places where it stands, and what these count. */
function vectorOf(words: PaperWords): string {
  let place = 0;
  const fields = Object.entries(WEIGHTS) as readonly [keyof PaperWords, string][];
  const entries = fields.flatMap(([field, weight]) =>
    words[field].map((word) => {
      place = Math.min(place + 1, LAST_PLACE);
      return `${quoted(word)}:${place}${weight}`;
    }),
  );
  return entries.join(" ");
}

/** A word in quotes, whatever its characters. */
function quoted(word: string): string {
  const short = Array.from(word).slice(0, LONGEST_WORD).join("");
  return `'${short.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
