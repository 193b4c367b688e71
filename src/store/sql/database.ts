import type { Kysely } from "kysely";
import type { RunLock, Store } from "../store.js";
import type { Tables } from "./tables.js";

/** A connection or a transaction on it. */
export type Db = Kysely<Tables>;

/**
 * How a write transaction runs on PostgreSQL. SQLite has only one writer at a time, so that there every mode is `exclusive`.
 * - `exclusive`: one at a time across all processes.
 * - `concurrent`: in parallel with others; only for statements that check each row again when they change it.
 * - `snapshot`: in parallel with others, and reads the state at its start throughout (repeatable read).
 */
export type WriteMode = "exclusive" | "concurrent" | "snapshot";

/** An open database of either kind. */
export interface Connection {
  /** Runs queries that do not write. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Runs a transaction (`exclusive` by default), which is durable when this resolves. `work` may be called more than once. */
  write<T>(work: (db: Db) => Promise<T>, mode?: WriteMode): Promise<T>;
}

/** Runs transactions that need a check for a restored database. */
export interface Guard {
  /** Runs a transaction that may cause mail to be sent or that ends queued deliveries. A restored database refuses it. */
  write<T>(work: (db: Db) => Promise<T>, mode?: WriteMode): Promise<T>;
  /**
   * Runs a transaction that may add readers or sign-ups. A restored database first skips the numbers that it may already have
   * assigned.
   */
  assign<T>(work: (db: Db) => Promise<T>): Promise<T>;
}

/** A guard that can accept a restored database: its queued deliveries become `uncertain`, because they may have been sent since the backup. */
export interface RestoreGuard extends Guard {
  acceptRestored(): Promise<void>;
}

/** An open database: all that a store or a copy needs of it. */
export interface Database {
  readonly kind: Store["kind"];
  /** The name in messages: a path, or a server without user and password. */
  readonly displayName: string;
  readonly connection: Connection;
  readonly guard: RestoreGuard;
  /** Takes the run lock; null if another process has it. */
  lock(): Promise<RunLock | null>;
  /** Writes a consistent copy into a new file that only its owner can read. Meanwhile, other processes can read and write. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/** What the parts of a store need. */
export interface StoreParts {
  readonly connection: Connection;
  readonly guard: Guard;
  /** The HMAC key of the suppression list. */
  readonly key: Buffer;
}
