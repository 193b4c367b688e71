import type { Kysely } from "kysely";
import type { Tables } from "./tables.js";

/** A connection or a transaction on it. */
export type Db = Kysely<Tables>;

/**
 * How a write transaction runs on PostgreSQL; SQLite has one writer at a time, so there every mode is `exclusive`.
 * - `exclusive`: one at a time across all processes.
 * - `concurrent`: in parallel with others; only for statements that check each row again when they change it.
 * - `snapshot`: in parallel with others, and reads the state at its start throughout (repeatable read).
 */
export type WriteMode = "exclusive" | "concurrent" | "snapshot";

/** An open database of either kind. */
export interface Connection {
  /** Runs queries that write nothing. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Runs one transaction, `exclusive` by default, durable when it resolves. `work` may be called more than once. */
  write<T>(work: (db: Db) => Promise<T>, mode?: WriteMode): Promise<T>;
}

/** Runs transactions that a restored database must refuse or prepare for. */
export interface Guard {
  /** Runs one that may lead to mail being sent, or that ends queued deliveries. A restored database refuses it. */
  write<T>(work: (db: Db) => Promise<T>, mode?: WriteMode): Promise<T>;
  /** Runs one that may add readers or sign-ups. A restored database first skips the numbers it may have assigned before. */
  assign<T>(work: (db: Db) => Promise<T>): Promise<T>;
}

/** What the parts of a store work with. */
export interface StoreParts {
  readonly connection: Connection;
  readonly guard: Guard;
  /** The HMAC key of the suppression list. */
  readonly key: Buffer;
}
