import { type Failure, failureOf } from "../sql/failures.js";

/** Failures of a database file, by SQLite's extended result codes (https://www.sqlite.org/rescode.html). */
const FAILURES: readonly Failure[] = [
  {
    // The second code: there is no space for the shared-memory file of the write-ahead log, so even reading fails.
    codes: ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"],
    description: "the disk is full",
    hint: "Free some disk space and run again.",
    retryable: true,
  },
  {
    codes: ["SQLITE_BUSY"],
    description: "another process has locked it for too long",
    hint: "Run again when that process has ended.",
    retryable: true,
  },
  {
    codes: ["SQLITE_LOCKED"],
    description: "another part of this process has locked it",
    hint: "Run again.",
    retryable: true,
  },
  {
    codes: ["SQLITE_NOTADB"],
    description: "it is not a database",
    hint: "Restore a backup in its place, or set PAPERBOY_STORE to another file.",
    retryable: false,
  },
  {
    codes: ["SQLITE_CORRUPT"],
    description: "it is damaged",
    hint: "Run `paperboy store check`, then restore a backup and run `paperboy run --accept-restored`.",
    retryable: false,
  },
  {
    codes: ["SQLITE_READONLY"],
    description: "it cannot be written",
    hint: "Allow the user who runs Paperboy to write to the file and its folder.",
    retryable: false,
  },
  {
    codes: ["SQLITE_CANTOPEN"],
    description: "it cannot be opened",
    hint: "Check that its folder exists, and that the user who runs Paperboy may write to it.",
    retryable: false,
  },
  {
    codes: ["SQLITE_IOERR"],
    description: "the disk failed to read or write",
    hint: "Check the disk (a network folder cannot hold the database) and run `paperboy store check`.",
    retryable: true,
  },
  {
    codes: ["SQLITE_"],
    description: "it refused a statement",
    hint: "Run `paperboy store check`. If it finds no problem, report this error.",
    retryable: false,
  },
];

/** Converts an error of SQLite to a `store-failed` with the name of the file. Returns any other error unchanged. */
export function storeFailure(cause: unknown, file: string): unknown {
  const code = sqliteCode(cause);
  const found = code === null || !(cause instanceof Error) ? null : { code, message: cause.message };
  return failureOf(cause, found, { name: file, failures: FAILURES });
}

/** Returns SQLite's extended result code, such as `SQLITE_BUSY_SNAPSHOT`; null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return error.code.startsWith("SQLITE_") ? error.code : null;
}
