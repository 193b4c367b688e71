import type { Store } from "../store.js";
import type { Connection, Db } from "./database.js";
import { openEditions } from "./editions.js";
import { openSubscribers } from "./subscribers.js";

/** Rolls back the transaction of a preview. Caught in this file. */
class RollBack extends Error {
  override readonly name = "RollBack";
}

/**
 * Runs `work` in a transaction that is always rolled back. `work` sees its own writes. It should be short, because it blocks
 * other writers.
 */
export async function preview<T>(
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
