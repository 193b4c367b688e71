import type { RunLock } from "../store.js";
import { loadDriver } from "./database.js";
import { sqliteCode, storeFailure } from "./failures.js";

/**
 * Takes the run lock of a database: an open exclusive transaction on a database of its own beside it. The kernel holds it
 * (an fcntl lock) and lets it go when the process dies, however it dies. Null when another process, or another holder in
 * this one, has it.
 * @throws PaperboyError `store-failed`.
 */
export async function takeLock(file: string): Promise<RunLock | null> {
  const open = await loadDriver();
  const lockFile = `${file}.lock`;
  try {
    const database = open(lockFile, { timeout: 0 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if (sqliteCode(error)?.startsWith("SQLITE_BUSY")) return null;
      throw error;
    }
    return { close: async () => void database.close() };
  } catch (error) {
    throw storeFailure(error, lockFile);
  }
}
