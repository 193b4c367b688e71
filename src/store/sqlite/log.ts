import { closeSync, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Database } from "better-sqlite3";
import { PaperboyError } from "../../errors.js";

/** The write-ahead log of a database file, as something that has to reach the disk. */
export interface Log {
  /**
   * Resolves when all that was committed so far would survive a loss of power.
   * @throws PaperboyError `store-failed`, from then on each time: nobody knows what the disk has of what it did not take.
   */
  persist(): Promise<void>;
  close(): void;
}

/** Waits in the thread pool until the disk has the contents of an open file. */
export type Sync = (handle: number) => Promise<void>;

/**
 * Opens the log of a database in WAL mode. With `synchronous = FULL` SQLite waits for the disk at the end of each commit, and
 * this whole process with it, every connection to a mail server too. With NORMAL it leaves out just that wait
 * (https://www.sqlite.org/pragma.html#pragma_synchronous), and the same is done here beside everything else, before
 * anybody hears that something was written. Whatever order the disk needs between log and database, SQLite sees to.
 */
export function openLog(database: Database, sync: Sync = promisify(fdatasync)): Log {
  if (database.pragma("journal_mode", { simple: true }) !== "wal") {
    database.pragma("synchronous = FULL");
    return { persist: () => Promise.resolve(), close: () => undefined };
  }
  database.pragma("synchronous = NORMAL");
  const file = `${database.name}-wal`;
  let handle: number | null = null;
  let lost: PaperboyError | null = null;
  return {
    persist: async () => {
      if (lost !== null) throw lost;
      try {
        // SQLite makes it with the first transaction, and keeps it as long as this database is open.
        handle ??= openSync(file, "r+");
        await sync(handle);
      } catch (cause) {
        lost = notWritten(file, cause);
        throw lost;
      }
    },
    // SQLite's locks are on other files: closing this one lets none of them go.
    close: () => {
      if (handle !== null) closeSync(handle);
      handle = null;
    },
  };
}

function notWritten(file: string, cause: unknown): PaperboyError {
  return new PaperboyError("store-failed", {
    message: `the disk failed to keep ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "Check the disk, then run `paperboy store check`. Nothing was mailed beyond what the ledger says.",
    retryable: true,
    cause,
  });
}
