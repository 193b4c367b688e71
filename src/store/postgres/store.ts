import { openArchive } from "../sql/archive.js";
import { openEditions } from "../sql/editions.js";
import { openInbox } from "../sql/inbox.js";
import { openLedger } from "../sql/ledger.js";
import { openLimits } from "../sql/limits.js";
import { openTransactional } from "../sql/transactional.js";
import { preview } from "../sql/preview.js";
import { openPushes } from "../sql/pushes.js";
import { openRuns } from "../sql/runs.js";
import { openSignups } from "../sql/signups.js";
import { openSubscribers } from "../sql/subscribers.js";
import type { Store } from "../store.js";
import type { PostgresLocation } from "../store-url.js";
import { backup } from "./backup.js";
import { check } from "./check.js";
import { openConnection } from "./database.js";
import { loadDriver } from "./driver.js";
import { openLocks } from "./run-lock.js";
import { openRestoreGuard } from "./restore-guard.js";

/**
 * Opens a store in a schema of a PostgreSQL database, for any number of processes on any number of machines.
 * @throws PaperboyError `store-failed`; `config-invalid` if pg is not installed.
 */
export async function openPostgresStore(location: PostgresLocation, key: Buffer): Promise<Store> {
  const driver = await loadDriver();
  const connection = await openConnection(driver, location);
  const locks = openLocks(driver, location);
  const guard = openRestoreGuard({ connection, location, locks });
  const parts = { connection, guard, key };
  return {
    kind: "postgres",
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
    lock: () => locks.take(),
    check: () => check(connection),
    backup: (file) => backup(location, file),
    acceptRestored: () => guard.acceptRestored(),
    close: () => connection.close(),
  };
}
