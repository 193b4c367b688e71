import type { Database, Options, Statement } from "better-sqlite3";
import { PaperboyError } from "../../core/errors.js";

/** Opens a file with better-sqlite3. */
export type OpenDatabase = (file: string, options?: Options) => Database;

/**
 * Loads better-sqlite3. It is an optional dependency, because some commands need no store.
 * @throws PaperboyError `store-failed` if it cannot be loaded.
 */
export async function loadDriver(): Promise<OpenDatabase> {
  try {
    const { default: Driver } = await import("better-sqlite3");
    // Opening a first database loads the native addon.
    keepStatements(new Driver(":memory:")).close();
    return (file, options) => keepStatements(new Driver(file, options));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: "better-sqlite3, which reads and writes the database, could not be loaded",
      hint: "Install it with `npm install better-sqlite3`. Without a prebuilt binary for this platform it needs a C++ compiler.",
      cause,
    });
  }
}

/** All objects of better-sqlite3 in this process. They are never removed. */
const KEPT = new Set<object>();

/**
 * Makes a database prepare each statement only once, and keeps its statements until the process ends. From version 24.18, Node
 * aborts the process (exit status 134) if an object of better-sqlite3 up to version 12 is garbage-collected while no JavaScript
 * runs, which happens at random at the end of a run. https://github.com/WiseLibs/better-sqlite3/issues/1515
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
    // A map of statements cannot keep the driver's type parameters for parameters and rows.
    prepare: prepareOnce as Database["prepare"],
    // The method of the driver would create a statement that is not kept.
    pragma: (source: string, { simple = false } = {}) => readPragma(prepareOnce(`PRAGMA ${source}`), simple),
  });
}

function readPragma(statement: Statement, simple: boolean): unknown {
  const rows = statement.reader ? statement.all() : [statement.run()];
  return simple ? Object.values(rows[0] ?? {})[0] : rows;
}
