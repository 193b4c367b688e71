import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

/** The tables whose ids are in signed links (src/core/tokens.ts): a number that was assigned once is never assigned again. */
export const NUMBERED = ["subscribers", "signups"] as const;

/** Numbers after a restore count the milliseconds since then, and fit into a token until 2054. */
const SINCE = Date.UTC(2020, 0, 1);

/**
 * Skips every number that may have been assigned after the backup that this database was restored from: links in the letters of
 * those readers must not act on others. Readers join by far fewer than a thousand a second, so the clock is ahead of all numbers.
 */
export async function skipNumbers(db: Db): Promise<void> {
  for (const table of NUMBERED) await dialectOf(db).raiseLastId(db, table, Date.now() - SINCE);
}
