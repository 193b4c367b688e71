import { closeSync, openSync, readFileSync, constants as fs, writeSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Db, Guard } from "../sql/database.js";
import { markQueuedUncertain } from "../sql/queued.js";
import { epochFile } from "../store-url.js";
import type { FileConnection } from "./database.js";

/**
 * Recognises a database that was restored from a backup. Every guarded transaction increments an epoch in the database and
 * then in a file next to it. When the file is ahead, mail may have been sent that the database does not have.
 */
export interface RestoreGuard extends Guard {
  /**
   * Runs a write transaction that may lead to mail being sent, or that ends queued deliveries.
   * @throws PaperboyError `store-failed` when the file is ahead of the database.
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Accepts a restored database. Its queued deliveries may have been sent since the backup, so they become `uncertain`. */
  acceptRestored(): Promise<void>;
}

export function openRestoreGuard(connection: FileConnection): RestoreGuard {
  const file = epochFile(connection.file);
  return {
    write: async (work) => {
      const { result, epoch } = await connection.write(async (db) => {
        // The write lock excludes a process that has committed its epoch but not yet written its file.
        if (readEpoch(file) > (await current(db))) throw restored(connection.file);
        return { result: await work(db), epoch: await raise(db, 0) };
      });
      writeEpoch(file, epoch);
      return result;
    },
    acceptRestored: async () => {
      const epoch = await connection.write(async (db) => {
        const known = readEpoch(file);
        if (known > (await current(db))) await markQueuedUncertain(db);
        return raise(db, known);
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
    message: `${file} was restored from a backup, and mail was sent after that backup`,
    hint: "Continue with `paperboy run --accept-restored`: queued deliveries become uncertain, and days since the backup may be mailed again.",
  });
}

/** Reads the epoch; 0 when the file is missing or holds no number. */
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
 * Overwrites the same number of bytes in one write, so a reader never sees a partial number, and it works on a full disk. There is
 * no fsync: after a power loss the file may be behind, so the guard may miss a restore but never raises a false alarm.
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
    message: `${file}, by which a restored database is recognised, cannot be read or written`,
    hint: "Check the disk, and that the user who runs Paperboy may write to the file.",
    retryable: true,
    cause,
  });
}
