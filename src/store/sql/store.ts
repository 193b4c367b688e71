import type { Store } from "../store.js";
import { openArchive } from "./archive.js";
import { check } from "./check.js";
import type { Connection, Database, Db } from "./database.js";
import { openEditions } from "./editions.js";
import { openInbox } from "./inbox.js";
import { openLedger } from "./ledger.js";
import { openPushes } from "./pushes.js";
import { openRuns } from "./runs.js";
import { openSignups } from "./signups.js";
import { openSubscribers } from "./subscribers.js";
import { takeTokens } from "./token-buckets.js";
import { openTransactional } from "./transactional.js";

/** Opens the store in a database. `key` is the HMAC key of the suppression list. */
export function storeIn(database: Database, key: Buffer): Store {
  const { kind, connection, guard } = database;
  const parts = { connection, guard, key };
  return {
    kind,
    subscribers: openSubscribers(parts),
    editions: openEditions(parts),
    ledger: openLedger(connection, guard),
    runs: openRuns(connection),
    signups: openSignups(parts),
    transactional: openTransactional(parts),
    pushes: openPushes(connection, guard),
    inbox: openInbox(parts),
    limits: { take: (buckets, query) => connection.write((db) => takeTokens(db, buckets, query), "concurrent") },
    archive: openArchive(connection),
    preview: (work) => preview({ connection, key }, work),
    lock: () => database.lock(),
    check: () => check(database),
    backup: (file) => database.backup(file),
    acceptRestored: () => guard.acceptRestored(),
    close: () => database.close(),
  };
}

/** Rolls back the transaction of a preview. Caught in this file. */
class RollBack extends Error {
  override readonly name = "RollBack";
}

/**
 * Runs `work` in a transaction that is always rolled back. `work` sees its own writes. It should be short, because it blocks
 * other writers.
 */
async function preview<T>(
  { connection, key }: { readonly connection: Connection; readonly key: Buffer },
  work: (store: Pick<Store, "editions" | "subscribers">) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  try {
    await connection.write(async (db) => {
      const run = <R>(query: (db: Db) => Promise<R>): Promise<R> => query(db);
      const parts = { connection: { read: run, write: run }, guard: { write: run, assign: run }, key };
      done[0] = await work({ editions: openEditions(parts), subscribers: openSubscribers(parts) });
      throw new RollBack("end of preview");
    });
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
  }
  return done[0] as T;
}
