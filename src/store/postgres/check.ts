import { PaperboyError } from "../../core/errors.js";
import { changedLetters, miscounted } from "../sql/check.js";
import type { Connection } from "../sql/database.js";

/** Looks for damage in the letters and in every edition's counts; the server itself keeps the tables consistent. */
export async function check(connection: Connection): Promise<readonly string[]> {
  try {
    return await connection.read(async (db) => [...(await changedLetters(db)), ...(await miscounted(db))]);
  } catch (error) {
    // What cannot be read to its end is a finding, too.
    if (error instanceof PaperboyError && !error.retryable) return [error.message];
    throw error;
  }
}
