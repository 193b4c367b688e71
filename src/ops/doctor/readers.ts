import { isAbsent } from "./check.js";
import type { Absent } from "./check.js";
import { NO_DATABASE_YET } from "./store.js";
import type { StoreAccess } from "./store.js";

/** The readers: addresses in the configuration and subscribers in the store. */
export interface Readers {
  /** The number of addresses in `to:`. */
  readonly named: number;
  readonly storeAccess: StoreAccess;
}

export interface ReaderCount {
  readonly named: number;
  /** Active subscribers. */
  readonly subscribed: number;
  /** Subscribers who have not confirmed yet. */
  readonly waiting: number;
}

/** Counts the readers. Without a database, these are the addresses in `to:`. */
export async function countReaders({ named, storeAccess }: Readers): Promise<ReaderCount | Absent> {
  const store = await storeAccess.store().catch(() => ({ absent: "the database cannot be opened" }));
  if (isAbsent(store))
    return named > 0 || store.absent === NO_DATABASE_YET ? { named, subscribed: 0, waiting: 0 } : store;
  const { active, pending } = await store.subscribers.count();
  return { named, subscribed: active, waiting: pending };
}
