import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Database, Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { sha256 } from "./parts.js";

/** Checks the database, its letters and the counts of every edition. Returns one sentence per problem. */
export async function check({ kind, connection }: Database): Promise<readonly string[]> {
  try {
    return await connection.read(async (db) => [
      ...(await dialectOf(db).findDamage(db)),
      ...(await changedLetters(db)),
      ...(await miscounted(db)),
    ]);
  } catch (error) {
    // Reports a file or a table that cannot be read completely as a problem, but not an unreachable server.
    if (error instanceof PaperboyError && (kind === "sqlite" || !error.retryable)) return [error.message];
    throw error;
  }
}

/** Finds letters whose content differs from their hash. */
async function changedLetters(db: Db): Promise<readonly string[]> {
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
async function miscounted(db: Db): Promise<readonly string[]> {
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
