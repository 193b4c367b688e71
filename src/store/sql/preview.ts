import type { Store } from "../store.js";
import type { Connection } from "./database.js";
import { openEditions } from "./editions.js";
import { openSubscribers } from "./subscribers.js";

/** Rolls back the transaction of a preview; caught in this file. */
class RollBack extends Error {
  override readonly name = "RollBack";
}

/** Runs `work` in one transaction and always rolls it back. Reads inside see its writes. Keep `work` short: it blocks other writers. */
export async function preview<T>(
  { connection, key }: { readonly connection: Connection; readonly key: Buffer },
  work: (store: Pick<Store, "editions" | "subscribers">) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  try {
    await connection.write(async (db) => {
      const inside: Connection = { read: (query) => query(db), write: (query) => query(db) };
      const editions = openEditions({ connection: inside, guard: inside, key });
      done[0] = await work({ editions, subscribers: openSubscribers(inside, key) });
      throw new RollBack("end of preview");
    });
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
  }
  return done[0] as T;
}
