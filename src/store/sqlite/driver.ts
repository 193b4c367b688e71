import type { Database, Options, Statement } from "better-sqlite3";
import { PaperboyError } from "../../core/errors.js";

/** Opens a file with better-sqlite3. */
export type OpenDatabase = (file: string, options?: Options) => Database;

/**
 * Loads better-sqlite3, an optional dependency: commands that need no store work without it.
 * @throws PaperboyError `store-failed` when it cannot be loaded.
 */
export async function loadDriver(): Promise<OpenDatabase> {
  try {
    const { default: Driver } = await import("better-sqlite3");
    // The native addon is loaded when the first database is opened.
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

/** Every object of better-sqlite3 in this process. Nothing is removed. */
const KEPT = new Set<object>();

/**
 * Makes a database prepare each statement once, and keeps its statements until the process ends. From 24.18 on, Node ends the
 * process (exit status 134) when an object of better-sqlite3 up to version 12 is collected while no JavaScript runs. This happens
 * at random at the end of a run; objects that are kept are not collected.
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
    // The driver's type parameters for parameters and rows cannot be kept by a map of statements.
    prepare: prepareOnce as Database["prepare"],
    // The driver's own method creates a statement that is not kept.
    pragma: (source: string, { simple = false } = {}) => readPragma(prepareOnce(`PRAGMA ${source}`), simple),
  });
}

function readPragma(statement: Statement, simple: boolean): unknown {
  const rows = statement.reader ? statement.all() : [statement.run()];
  return simple ? Object.values(rows[0] ?? {})[0] : rows;
}
