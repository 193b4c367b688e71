import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from "kysely";
import type { Db } from "./database.js";
import { type Dialect, dialectOf } from "./dialect.js";

/** A value of a fixed query, which each asking brings. */
class Given {
  constructor(readonly read: (values: never) => unknown) {}
}

/** Writes down where a value will stand. */
export type Place<Values> = <Value>(read: (values: Values) => Value) => RawBuilder<Value>;

/** Asks, in this database or transaction. */
export type Asked<Values, Row> = (db: Db, values: Values) => Promise<QueryResult<Row>>;

/**
 * A query whose words are always the same: put together and compiled once for a kind of database, and only its values are
 * new each time. Doing so anew takes longer than all that the database has to do for a few rows, which counts where every
 * message waits for it.
 */
export function fixed<Values, Row = unknown>(
  write: (dialect: Dialect, place: Place<Values>) => RawBuilder<Row>,
): Asked<Values, Row> {
  const compiled = new WeakMap<Dialect, CompiledQuery<Row>>();
  return (db, values) => {
    const dialect = dialectOf(db);
    const query = compiled.get(dialect) ?? write(dialect, place).compile(db);
    compiled.set(dialect, query);
    const parameters = query.parameters.map((one) => (one instanceof Given ? one.read(values as never) : one));
    return db.executeQuery({ ...query, parameters });
  };
}

function place<Value>(read: (values: never) => Value): RawBuilder<Value> {
  return sql`${new Given(read)}`;
}
