import type { Kysely } from "kysely";
import type { Tables } from "./tables.js";

/** A connection or a transaction on it. */
export type Db = Kysely<Tables>;

/**
 * How a transaction stands to others. `alone`: one after another, whichever process they are of. `beside`: at once with
 * others; only for statements that look again at each row that they change. `steady`: beside others, and sees one moment
 * from its first statement to its last. A database file has one writer at a time, and everything in it is `alone`.
 */
export type Manner = "alone" | "beside" | "steady";

/** An open database, whichever its kind. */
export interface Connection {
  /** Runs queries that write nothing. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Runs one transaction, durable when it resolves; `alone` unless told otherwise. It may be tried more than once. */
  write<T>(work: (db: Db) => Promise<T>, manner?: Manner): Promise<T>;
}

/** Transactions after which mail may leave, or that say of queued mail that it never will: refused in a restored database. */
export interface Guard {
  write<T>(work: (db: Db) => Promise<T>, manner?: Manner): Promise<T>;
}
