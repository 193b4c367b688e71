import { sql } from "kysely";
import type { Db } from "./database.js";
import { sha256 } from "./parts.js";

/** Finds letters whose content differs from their hash. */
export async function changedLetters(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM letters ORDER BY id`.execute(db);
  const problems: string[] = [];
  // Reads one letter at a time, because a year of letters does not fit into memory.
  for (const { id } of rows) {
    const letter = await db.selectFrom("letters").selectAll().where("id", "=", id).executeTakeFirst();
    if (letter && sha256(letter.body) !== letter.hash) problems.push(`letter ${id} was changed after it was frozen`);
  }
  return problems;
}

/** Finds editions whose counts do not add up. */
export async function miscounted(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{
    edition: string;
    candidates: number;
    excluded: string;
    prepared: number;
    counted: number;
  }>`
    SELECT edition_id || ' (' || channel || ')' AS edition, candidates, prepared, excluded,
      (SELECT count(*) FROM deliveries d WHERE d.edition_ref = editions.id) AS counted FROM editions
    ORDER BY id`.execute(db);
  return rows
    .map((row) => ({ ...row, excluded: sumOf(row.excluded) }))
    .filter(({ candidates, excluded, prepared, counted }) => prepared !== counted || candidates !== prepared + excluded)
    .map(
      ({ edition, candidates, excluded, prepared, counted }) =>
        `${edition} does not add up: ${candidates} candidates, ${prepared} prepared, ${excluded} excluded, ${counted} in the ledger`,
    );
}

function sumOf(counts: string): number {
  return Object.values(JSON.parse(counts) as Readonly<Record<string, number>>).reduce((sum, count) => sum + count, 0);
}
