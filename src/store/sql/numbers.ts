import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";

/** The tables whose ids are in signed links (src/core/tokens.ts), and so must never be assigned again. */
export const NUMBERED = ["subscribers", "signups"] as const;

/** Numbers after a restore are milliseconds since this instant, which fit into a token until 2054. */
const SINCE = Date.UTC(2020, 0, 1);

/**
 * Skips every number that may have been assigned after the backup from which this database was restored, because links in the
 * letters of those readers must not act on others. The clock is ahead of all assigned numbers, because fewer than a thousand
 * readers join per second.
 */
export async function skipNumbers(db: Db): Promise<void> {
  for (const table of NUMBERED) await dialectOf(db).raiseLastId(db, table, Date.now() - SINCE);
}
