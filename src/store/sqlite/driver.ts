import type { Database, Statement } from "better-sqlite3";

/** All that better-sqlite3 made in this process; nothing is ever taken out. */
const KEPT = new Set<object>();

/**
 * A database that prepares each statement once, and whose statements live as long as the process. From 24.18 on Node ends the
 * process (exit status 134) when an object of better-sqlite3 up to version 12 is collected while no JavaScript runs, which is a
 * matter of luck at the end of every run; what is kept is not collected.
 * https://github.com/WiseLibs/better-sqlite3/issues/1515
 */
export function keepStatements(database: Database): Database {
  KEPT.add(database);
  const known = new Map<string, Statement>();
  const prepare = database.prepare.bind(database);
  const prepareOnce = (source: string): Statement => {
    const statement = known.get(source) ?? prepare(source);
    known.set(source, statement);
    return statement;
  };
  return Object.assign(database, {
    // Its types tell parameters and rows apart, of which a list of statements by their text knows nothing.
    prepare: prepareOnce as Database["prepare"],
    // The driver's own makes a statement that nobody keeps.
    pragma: (source: string, { simple = false } = {}) => pragmaOf(prepareOnce(`PRAGMA ${source}`), simple),
  });
}

function pragmaOf(statement: Statement, simple: boolean): unknown {
  const rows = statement.reader ? statement.all() : [statement.run()];
  return simple ? Object.values(rows[0] ?? {})[0] : rows;
}
