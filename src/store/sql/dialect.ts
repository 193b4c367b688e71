import type { RawBuilder } from "kysely";
import type { Bucket, ClaimQuery, Grant } from "../store.js";
import type { AskedWord, PaperWords } from "./archive-words.js";
import type { Db } from "./database.js";
import type { Place } from "./prepared-query.js";

/** The types of values that a table of values holds. */
export type ColumnType = "text" | "integer";

/** The columns of a table of values. */
export type Columns = Readonly<Record<string, ColumnType>>;
export type Rows = readonly (readonly unknown[])[];

export interface QueuedQuery extends ClaimQuery {
  readonly state: "deferred" | "pending";
}

/** A queued delivery and how its reader stands now. */
export interface Queued {
  readonly id: number;
  readonly editionId: string;
  readonly subscriberId: number;
  readonly address: string;
  readonly letterId: number;
  readonly attempts: number;
  readonly standing: string;
}

/** Readers who get the same letter, as prepare looks them up: view, letters had, first day; and the letter, if any. */
export type CellRow = readonly [viewId: number, signature: string, dayIndex: number, letterId: number | null];

/** What the databases say each in their own words; everything else in this folder is said to both alike. */
export interface Dialect {
  /** The right side of `IN`, for any number of values. */
  readonly oneOf: (values: readonly string[]) => RawBuilder<unknown>;
  /** The right side of `IN`, for any number of numbers. */
  readonly oneOfNumbers: (values: readonly number[]) => RawBuilder<unknown>;
  /** Rows of values in the place of a table `k`. */
  readonly rows: (values: Rows, columns: Columns) => RawBuilder<unknown>;
  /** The same in a fixed query. */
  readonly rowsIn: <Values>(
    place: Place<Values>,
    read: (values: Values) => Rows,
    columns: Columns,
  ) => RawBuilder<unknown>;
  /** Tells the planner which index finds the rows, where it would have to guess. */
  readonly by: (index: string) => RawBuilder<unknown>;
  /** A group's values as a JSON list. */
  readonly list: (column: RawBuilder<unknown>) => RawBuilder<string>;
  /** Real wall time in ms: of this machine for a file on it, of the server for a server; with a place in a fixed query. */
  readonly wall: <Values>(place?: Place<Values>) => RawBuilder<number>;
  /** Whether a claim's holder is known to be dead. */
  readonly isDead: RawBuilder<boolean>;
  /** Whether several processes send at once, so that each looks for claims of dead ones, and not only the next run. */
  readonly hasWorkers: boolean;
  /** At most so many queued deliveries, in the order in which they were prepared; nobody else gets them meanwhile. */
  readonly queued: (db: Db, query: QueuedQuery) => Promise<readonly Queued[]>;
  /** `JOIN ... c`, without the condition: the cells as a table of view_id, signature, day_index, letter_id. */
  readonly joinCells: (db: Db, cells: readonly CellRow[]) => Promise<RawBuilder<unknown>>;
  /** Lets workers know, once this transaction is committed, that an edition waits for them. */
  readonly wake: (db: Db, editionId: string) => Promise<void>;
  /** Takes tokens from each bucket, or from none. */
  readonly takeTokens: (db: Db, buckets: readonly Bucket[], wanted: TokenRequest) => Promise<Grant>;
  /** Keeps the words by which a paper of the archive is found, in the place of those before; null: none any more. */
  readonly keepWords: (db: Db, paperRef: number, words: PaperWords | null) => Promise<void>;
  /** The papers that hold all these words, as a table `w` of paper_ref and score, the best having the lowest score. */
  readonly found: (asked: readonly AskedWord[]) => RawBuilder<unknown>;
}

export interface TokenRequest {
  readonly count: number;
  readonly now: number;
}

/** A driver's adapter that carries its dialect. */
export interface Speaking {
  readonly dialect: Dialect;
}

/** The dialect of a connection or transaction. */
export function dialectOf(db: Db): Dialect {
  return (db.getExecutor().adapter as unknown as Speaking).dialect;
}
