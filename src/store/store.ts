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
 * Subscribers, editions with their letters, and the ledger of deliveries, in SQLite or PostgreSQL. Every implementation passes
 * `test/contract/store.ts`. Instants come from the caller's clock; leases are wall time.
 *
 * Every call that writes is one transaction, which is durable when the call resolves. Failures of the database are
 * `store-failed`.
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
  /** Runs `work` in a transaction that is always rolled back. `work` sees its own writes. */
  preview<T>(work: (store: Pick<Store, "editions" | "subscribers">) => Promise<T>): Promise<T>;
  /** Takes the run lock and holds it until it is closed or the process dies; null if another process holds it. */
  lock(): Promise<RunLock | null>;
  /** Checks the file, foreign keys, letters and the counts of every edition. Returns one sentence per problem. */
  check(): Promise<readonly string[]>;
  /** Writes a consistent copy into a new file (`VACUUM INTO`, `pg_dump`). */
  backup(file: string): Promise<void>;
  /**
   * Accepts a database that was restored from a backup. Until then, `prepare`, `claim`, `recover`, `expire` and `decide` fail
   * with `store-failed`. Queued deliveries become `uncertain`, because they may have been sent after the backup.
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
  /** Returns a small named value, such as `paused`; null when unset. */
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
  /** Changes a named value atomically. `step` maps the current value to the new one, and may be called more than once. */
  change<T>(name: string, step: (now: unknown) => { readonly value: unknown; readonly result: T }): Promise<T>;
}
