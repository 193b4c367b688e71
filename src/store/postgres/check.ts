import { PaperboyError } from "../../core/errors.js";
import { changedLetters, miscounted } from "../sql/check.js";
import type { Connection } from "../sql/database.js";

/**
 * Checks the letters and the counts of every edition. The server enforces everything else. Returns one sentence per problem.
 */
export async function check(connection: Connection): Promise<readonly string[]> {
  try {
    return await connection.read(async (db) => [...(await changedLetters(db)), ...(await miscounted(db))]);
  } catch (error) {
    // Reports a table that cannot be read completely as a problem.
    if (error instanceof PaperboyError && !error.retryable) return [error.message];
    throw error;
  }
}
