import type { Store } from "../store.js";
import { openArchive } from "../sql/archive.js";
import { backup } from "./backup.js";
import { check } from "./check.js";
import { openConnection } from "./database.js";
import { openEditions } from "../sql/editions.js";
import { openRestoreGuard } from "./restore-guard.js";
import { openInbox } from "../sql/inbox.js";
import { openLedger } from "../sql/ledger.js";
import { openLimits } from "../sql/limits.js";
import { takeLock } from "./run-lock.js";
import { openTransactional } from "../sql/transactional.js";
import { preview } from "../sql/preview.js";
import { openPushes } from "../sql/pushes.js";
import { openRuns } from "../sql/runs.js";
import { openSignups } from "../sql/signups.js";
import { openSubscribers } from "../sql/subscribers.js";

/**
 * Opens a store in a SQLite file, which must be on a local disk. Next to it are the write-ahead log, the run lock (`.lock`)
 * and the number of the restore guard (`.epoch`).
 * @throws PaperboyError `store-failed`.
 */
export async function openSqliteStore(file: string, key: Buffer): Promise<Store> {
  const connection = await openConnection(file);
  const guard = openRestoreGuard(connection);
  const parts = { connection, guard, key };
  return {
    kind: "sqlite",
    subscribers: openSubscribers(parts),
    editions: openEditions(parts),
    ledger: openLedger(connection, guard),
    runs: openRuns(connection),
    signups: openSignups(parts),
    transactional: openTransactional(parts),
    pushes: openPushes(connection, guard),
    inbox: openInbox(parts),
    limits: openLimits(connection),
    archive: openArchive(connection),
    preview: (work) => preview({ connection, key }, work),
    lock: () => takeLock(file),
    check: () => check(connection),
    backup: (copy) => backup(connection, copy),
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
