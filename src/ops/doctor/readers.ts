import { maskAddress } from "../../core/address.js";
import { EDITIONS_OF_A_WEEK, editionsOfWeek, unmatchedIn } from "../../rank/unmatched.js";
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

const UNREADABLE: Absent = { absent: "the database cannot be opened" };

/** Counts the readers. Without a database, these are the addresses in `to:`. */
export async function countReaders({ named, storeAccess }: Readers): Promise<ReaderCount | Absent> {
  const store = await storeAccess.store().catch(() => UNREADABLE);
  if (isAbsent(store))
    return named > 0 || store.absent === NO_DATABASE_YET ? { named, subscribed: 0, waiting: 0 } : store;
  const { active, pending } = await store.subscribers.count();
  return { named, subscribed: active, waiting: pending };
}

const PAGE_SIZE = 1000;

/** The active readers whose view matched nothing in the last week; `first` is one of them, with a masked address. */
export interface UnmatchedCount {
  readonly readers: number;
  readonly first: string;
  /** The number of editions of the week; 0 if they do not make up a week. */
  readonly editions: number;
}

/** Counts the active readers whose view matched nothing in the last week. */
export async function countUnmatched({ storeAccess }: Readers, now: Date): Promise<UnmatchedCount | Absent> {
  const store = await storeAccess.store().catch(() => UNREADABLE);
  if (isAbsent(store)) return store;
  const week = editionsOfWeek(await store.editions.recent(EDITIONS_OF_A_WEEK), now);
  const isUnmatched = unmatchedIn(week);
  let [readers, first] = [0, ""];
  for (let after = 0, more = week.length > 0; more;) {
    const page = await store.subscribers.list({ after, limit: PAGE_SIZE, state: "active" });
    const found = page.filter(({ view }) => isUnmatched(view));
    if (readers === 0 && found[0]) first = maskAddress(found[0].address);
    readers += found.length;
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE_SIZE;
  }
  return { readers, first, editions: week.length };
}
