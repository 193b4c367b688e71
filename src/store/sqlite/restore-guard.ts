import { closeSync, openSync, readFileSync, constants as fs, writeSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Db, Guard } from "../sql/database.js";
import { doubtQueued } from "../sql/queued.js";
import type { FileConnection } from "./database.js";

/**
 * Tells a database that was restored from a backup. A number rises with every such transaction: in the
 * database first, then in a file beside it. A file that is ahead knows of mail that this database does not.
 */
export interface RestoreGuard extends Guard {
  /**
   * A write transaction after which mail may leave, or that says of queued mail that it never will.
   * @throws PaperboyError `store-failed` when the database is older than the file beside it.
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Goes on with a restored database. Whatever is queued in it may have been mailed since, so it becomes `uncertain`. */
  acceptRestored(): Promise<void>;
}

/** The name of the file: it must not be part of a backup. */
function epochFile(file: string): string {
  return `${file}.epoch`;
}

export function openRestoreGuard(connection: FileConnection): RestoreGuard {
  const file = epochFile(connection.file);
  return {
    write: async (work) => {
      const { result, epoch } = await connection.write(async (db) => {
        // Under the write lock: no other process is between its commit and its file with a number that we cannot see.
        if (readEpoch(file) > (await current(db))) throw restored(connection.file);
        return { result: await work(db), epoch: await raise(db, 0) };
      });
      writeEpoch(file, epoch);
      return result;
    },
    acceptRestored: async () => {
      const epoch = await connection.write(async (db) => {
        const noted = readEpoch(file);
        if (noted > (await current(db))) await doubtQueued(db);
        return raise(db, noted);
      });
      writeEpoch(file, epoch);
    },
  };
}

async function current(db: Db): Promise<number> {
  const { rows } = await sql<{ value: number }>`SELECT value FROM meta WHERE name = 'epoch'`.execute(db);
  return rows[0]?.value ?? 0;
}

async function raise(db: Db, floor: number): Promise<number> {
  await sql`UPDATE meta SET value = max(value, ${floor}) + 1 WHERE name = 'epoch'`.execute(db);
  return current(db);
}

function restored(file: string): PaperboyError {
  return new PaperboyError("store-failed", {
    message: `${file} is older than the mail that was sent with it: it was restored from a backup`,
    hint: "Go on with `paperboy run --accept-restored`: what was queued becomes uncertain, and days since the backup may be mailed again.",
  });
}

/** A file that is missing or unreadable as a number knows of nothing. */
function readEpoch(file: string): number {
  try {
    const epoch = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(epoch) ? epoch : 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw fileFailed(file, error);
  }
}

/**
 * Always the same length in one write: no reader sees half a number, and a full disk has room for it. It is not forced to
 * the disk: after a power loss the file may be behind, which weakens the guard for that moment and never raises a false alarm.
 */
function writeEpoch(file: string, epoch: number): void {
  try {
    const handle = openSync(file, fs.O_WRONLY | fs.O_CREAT, 0o600);
    try {
      writeSync(handle, `${String(epoch).padStart(16, "0")}\n`, 0);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw fileFailed(file, error);
  }
}

function fileFailed(file: string, cause: unknown): PaperboyError {
  return new PaperboyError("store-failed", {
    message: `${file}, which guards against restored databases, cannot be read or written`,
    hint: "Check the disk, and that the user who runs Paperboy may write there.",
    retryable: true,
    cause,
  });
}
