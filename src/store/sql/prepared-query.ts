import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from "kysely";
import type { Db } from "./database.js";
import { type Dialect, dialectOf, type Param } from "./dialect.js";

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
