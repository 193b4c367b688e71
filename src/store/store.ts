import type { ArchiveStore } from "./archive.js";
import type { EditionStore } from "./editions.js";
import type { InboxStore } from "./inbox.js";
import type { LedgerStore } from "./ledger.js";
import type { LimitStore } from "./limits.js";
import type { TransactionalStore } from "./transactional.js";
import type { PushStore } from "./pushes.js";
import type { SignupStore } from "./signups.js";
import type { SubscriberStore } from "./subscribers.js";

export type * from "./archive.js";
export type * from "./editions.js";
export type * from "./inbox.js";
export type * from "./ledger.js";
export type * from "./limits.js";
export type * from "./transactional.js";
export type * from "./pushes.js";
export type * from "./signups.js";
export type * from "./subscribers.js";

/**
 * What is remembered: subscribers, editions with their letters, and the ledger of deliveries. SQLite stands behind it,
 * PostgreSQL may; `test/contract/store.ts` is what every implementation must do. Instants are Dates at the seam; all of
 * them come from the caller's clock except leases, which are real wall time (docs/architecture.md, "Time").
 *
 * Every call that writes is one transaction, durable when it resolves. Anything else is `store-failed`.
 */
export interface Store {
  readonly kind: "sqlite" | "postgres";
  readonly subscribers: SubscriberStore;
  readonly editions: EditionStore;
  readonly ledger: LedgerStore;
  readonly runs: RunStore;
  readonly signups: SignupStore;
  readonly transactional: TransactionalStore;
  readonly pushes: PushStore;
  readonly inbox: InboxStore;
  readonly limits: LimitStore;
  readonly archive: ArchiveStore;
  /** Runs `work` in one transaction that is always rolled back: what it wrote is visible to it, and gone when it ends. */
  preview<T>(work: (store: Pick<Store, "editions" | "subscribers">) => Promise<T>): Promise<T>;
  /** Makes this process the only one that runs, until it closes the lock or dies; null when another one is. */
  lock(): Promise<RunLock | null>;
  /** Integrity of the file, foreign keys, and that every edition's counts add up. Empty when all is well. */
  check(): Promise<readonly string[]>;
  /** A consistent copy in a new file (`VACUUM INTO`). */
  backup(file: string): Promise<void>;
  /**
   * Goes on with a database that was restored from a backup: until then `prepare`, `claim`,
   * `recover`, `expire` and `decide` refuse with `store-failed`.
   * Whatever is queued in it becomes `uncertain`, since it may have been mailed after the backup was taken.
   */
  acceptRestored(): Promise<void>;
  close(): Promise<void>;
}

export interface RunLock {
  close(): Promise<void>;
}

export interface RunRecord {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly source: string | null;
  readonly reason: string;
  readonly message: string;
  readonly result: unknown;
}

export interface RunStore {
  record(run: RunRecord): Promise<void>;
  recent(limit: number): Promise<readonly RunRecord[]>;
  /** A small named value, such as `paused` or a rate bucket; null when unset. */
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
  /**
   * Changes such a value from what it is now, in one step that no other process comes between. `step` may be asked more than
   * once; what it answers last holds.
   */
  change<T>(name: string, step: (now: unknown) => { readonly value: unknown; readonly result: T }): Promise<T>;
}
