import type { CopyEndpoint } from "../sql/copy-endpoint.js";
import { openConnection } from "./database.js";
import { lastId } from "./last-id.js";
import { openRestoreGuard } from "./restore-guard.js";
import { takeLock } from "./run-lock.js";

/**
 * Opens a database file as the source or the target of a copy.
 * @throws PaperboyError `store-failed`.
 */
export async function openSqliteEndpoint(file: string): Promise<CopyEndpoint> {
  const connection = await openConnection(file);
  const guard = openRestoreGuard(connection);
  return {
    displayName: file,
    connection,
    guard,
    lock: () => takeLock(file),
    // SQLite allows one write transaction at a time.
    blockWriters: () => Promise.resolve(),
    lastId,
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
