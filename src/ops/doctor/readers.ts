import type { Store } from "../../store/store.js";
import { isAbsent } from "./check.js";
import type { Absent } from "./check.js";
import { NOTHING_YET } from "./store.js";
import type { StoreAccess } from "./store.js";

/** Who gets letters: those whom the configuration names, and those who are remembered. */
export interface Readers {
  /** How many addresses `to:` has. */
  readonly named: number;
  readonly storeAccess: StoreAccess;
}

export interface ReaderCount {
  readonly named: number;
  /** Active subscribers. */
  readonly subscribed: number;
  /** Signed up and not yet confirmed. */
  readonly waiting: number;
}

/** Counts the readers; where nothing is remembered yet, those named are all. */
export async function countReaders({ named, storeAccess }: Readers): Promise<ReaderCount | Absent> {
  const store = await storeAccess.store().catch(() => ({ absent: "the database cannot be opened" }));
  if (isAbsent(store)) return named > 0 || store.absent === NOTHING_YET ? { named, subscribed: 0, waiting: 0 } : store;
  const { active, pending } = await store.subscribers.count();
  return { named, subscribed: active - (await countNamed(store, active)), waiting: pending };
}

/** In a list this long, the few who were only ever named change nothing. */
const LONG = 1_000;

/** Active readers who take part only in runs that name them. */
async function countNamed({ subscribers }: Store, active: number): Promise<number> {
  if (active > LONG) return 0;
  const readers = await subscribers.list({ after: 0, limit: LONG, state: "active" });
  return readers.filter(({ origin }) => origin === "named").length;
}
