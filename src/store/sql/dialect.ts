import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from "kysely";
import type { ClaimQuery } from "../store.js";
import type { SearchWord, PaperWords } from "./archive-words.js";
import type { Db } from "./database.js";

/** Creates a parameter of a prepared query. `read` extracts its value from the arguments of each execution. */
export type Param<Values> = <Value>(read: (values: Values) => Value) => RawBuilder<Value>;

/** The column types of a values table. */
export type ColumnType = "text" | "integer" | "real";

/** The columns of a values table, in order. */
export type Columns = Readonly<Record<string, ColumnType>>;
export type Rows = readonly (readonly unknown[])[];

export interface QueuedQuery extends ClaimQuery {
  readonly state: "deferred" | "pending";
}

/** A queued delivery with the current eligibility of its reader. */
export interface Queued {
  readonly id: number;
  readonly editionId: string;
  readonly subscriberId: number;
  readonly address: string;
  readonly letterId: number;
  readonly attempts: number;
  readonly eligibility: string;
}

/** A cell of an audience (audience.ts), and the letter that its readers get, if any. */
export type CellRow = readonly [viewId: number, signature: string, dayIndex: number, letterId: number | null];

/** SQL and operations that differ between the databases. All other code in this folder is shared. */
export interface Dialect {
  /** Returns the right side of `IN` for any number of strings. */
  readonly oneOf: (values: readonly string[]) => RawBuilder<unknown>;
  /** Returns the right side of `IN` for any number of integers. */
  readonly oneOfNumbers: (values: readonly number[]) => RawBuilder<unknown>;
  /** Returns values as a table named `k`. */
  readonly valuesTable: (values: Rows, columns: Columns) => RawBuilder<unknown>;
  /** Like `valuesTable`, for a prepared query. */
  readonly boundTable: <Values>(
    param: Param<Values>,
    read: (values: Values) => Rows,
    columns: Columns,
  ) => RawBuilder<unknown>;
  /** Names the index to use; empty if the planner has statistics. */
  readonly indexedBy: (index: string) => RawBuilder<unknown>;
  /** Aggregates values into a JSON array. */
  readonly jsonArray: (column: RawBuilder<unknown>) => RawBuilder<string>;
  /** Returns the wall time in ms, by the clock of this machine (SQLite) or of the server. Prepared queries pass `param`. */
  readonly wallClock: <Values>(param?: Param<Values>) => RawBuilder<number>;
  /** The condition that the process that holds a claim is dead. */
  readonly isAbandoned: RawBuilder<boolean>;
  /** Whether several processes send at once. If so, each claim also releases the claims of dead processes. */
  readonly hasWorkers: boolean;
  /** Selects up to `limit` queued deliveries in the order of preparation, locked until the transaction ends. */
  readonly selectQueued: (db: Db, query: QueuedQuery) => Promise<readonly Queued[]>;
  /** Returns `JOIN ... c` without its condition. `c` has the columns view_id, signature, day_index and letter_id. */
  readonly joinCells: (db: Db, cells: readonly CellRow[]) => Promise<RawBuilder<unknown>>;
  /** Locks selected rows, and skips those that another transaction has locked. */
  readonly skipLocked: RawBuilder<unknown>;
  /** Blocks other writers until the transaction ends. */
  readonly blockWriters: (db: Db) => Promise<void>;
  /** Returns the highest id that a table has assigned, even to rows that were deleted. */
  readonly lastId: (db: Db, table: string) => Promise<number>;
  /** Makes a table assign only ids above `id` and above all ids that it has assigned. */
  readonly raiseLastId: (db: Db, table: string, id: number) => Promise<void>;
  /** Queues the jobs of an edition for workers. They are visible when the transaction commits. */
  readonly enqueueJobs: (db: Db, editionId: string) => Promise<void>;
  /** Replaces the words of a paper in the search index; null removes the paper. */
  readonly indexWords: (db: Db, paperRef: number, words: PaperWords | null) => Promise<void>;
  /** Returns the papers that contain every word, as a table `w` with paper_ref and score. A lower score is better. */
  readonly searchIndex: (words: readonly SearchWord[]) => RawBuilder<unknown>;
  /** Returns the papers that contain the words next to each other, as the right side of `IN`. */
  readonly phraseIndex: (words: readonly SearchWord[]) => RawBuilder<unknown>;
  /** Returns one sentence per damaged page or reference. A server finds them itself. */
  readonly findDamage: (db: Db) => Promise<readonly string[]>;
}

/** A Kysely adapter with a dialect. */
export interface HasDialect {
  readonly dialect: Dialect;
}

/** Returns the dialect of a connection or transaction. */
export function dialectOf(db: Db): Dialect {
  return (db.getExecutor().adapter as unknown as HasDialect).dialect;
}

/** A parameter in a compiled query. `read` extracts its value from the arguments of an execution. */
class Parameter {
  constructor(readonly read: (values: never) => unknown) {}
}

/** Executes the query on a connection or in a transaction. */
export type PreparedQuery<Values, Row> = (db: Db, values: Values) => Promise<QueryResult<Row>>;

/**
 * Builds and compiles a query once per dialect, so that each execution only binds values. For a few rows, building a query
 * takes longer than executing it, and the queries of the gate run for every message.
 */
export function prepareQuery<Values, Row = unknown>(
  build: (dialect: Dialect, param: Param<Values>) => RawBuilder<Row>,
): PreparedQuery<Values, Row> {
  const compiled = new WeakMap<Dialect, CompiledQuery<Row>>();
  return (db, values) => {
    const dialect = dialectOf(db);
    const query = compiled.get(dialect) ?? build(dialect, param).compile(db);
    compiled.set(dialect, query);
    const parameters = query.parameters.map((one) => (one instanceof Parameter ? one.read(values as never) : one));
    return db.executeQuery({ ...query, parameters });
  };
}

function param<Value>(read: (values: never) => Value): RawBuilder<Value> {
  return sql`${new Parameter(read)}`;
}
