import { sql } from "kysely";
import type { Db } from "./database.js";
import { sha256 } from "./parts.js";

/** Letters that are not what was frozen, one finding each. */
export async function changedLetters(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM letters ORDER BY id`.execute(db);
  const findings: string[] = [];
  // One at a time: a year of letters does not fit into memory.
  for (const { id } of rows) {
    const letter = await db.selectFrom("letters").selectAll().where("id", "=", id).executeTakeFirst();
    if (letter && sha256(letter.body) !== letter.hash) findings.push(`letter ${id} is not what was frozen`);
  }
  return findings;
}

/** Editions whose counts do not add up, one finding each. */
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
  return Object.values(JSON.parse(counts) as Readonly<Record<string, number>>).reduce((sum, many) => sum + many, 0);
}
