import { closeSync, openSync } from "node:fs";
import type { RunLock } from "../store.js";
import { loadDriver } from "./driver.js";
import { sqliteCode, storeFailure } from "./failures.js";

/**
 * Takes the run lock: an open exclusive transaction on a separate lock database next to the file. The kernel releases the lock
 * (an fcntl lock) when the process ends. Returns null if another process, or another holder in this process, has it.
 * @throws PaperboyError `store-failed`.
 */
export async function takeLock(file: string): Promise<RunLock | null> {
  const open = await loadDriver();
  const lockFile = `${file}.lock`;
  try {
    createPrivate(lockFile);
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

/**
 * Creates the file, readable only by its owner. An existing file is not opened: closing it would release a lock of this process.
 */
function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch {
    // It exists, or SQLite reports the problem when it opens the file.
  }
}
