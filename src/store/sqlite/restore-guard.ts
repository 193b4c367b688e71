import { closeSync, openSync, readFileSync, constants as fs, writeSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Connection, Db, RestoreGuard } from "../sql/database.js";
import { dialectOf } from "../sql/dialect.js";
import { NUMBERED, skipNumbers } from "../sql/numbers.js";
import { markQueuedUncertain } from "../sql/queued.js";
import { epochFile } from "../store-url.js";

/**
 * Recognises a database that was restored from a backup. Every guarded transaction increments an epoch in the database and then
 * in a file next to it. If the file is ahead, mail may have been sent that is not in the database. The file also has the last
 * numbers that were assigned to readers and sign-ups, so that a restored database does not assign them again.
 */
export function openRestoreGuard(connection: Connection, database: string): RestoreGuard {
  const file = epochFile(database);
  return {
    write: async (work) => {
      const { result, epoch } = await connection.write(async (db) => {
        // The write lock excludes a process that has committed its epoch but not yet written it to the file.
        const known = readState(file);
        if (known.epoch > (await current(db))) throw restored(database);
        if (known.isMissing) await skipUsedNumbers(db);
        return { result: await work(db), epoch: await raise(db, 0) };
      });
      writeAt(file, EPOCH_AT, [epoch]);
      return result;
    },
    assign: (work) =>
      connection.write(async (db) => {
        const known = readState(file);
        if (known.isMissing) await skipUsedNumbers(db);
        const { raiseLastId } = dialectOf(db);
        for (const [index, table] of NUMBERED.entries()) await raiseLastId(db, table, known.numbers[index] ?? 0);
        const result = await work(db);
        const numbers = await lastNumbers(db);
        // Writes before the commit, so that the write lock orders the writes. If the commit fails, the numbers are only
        // skipped.
        if (known.isMissing) writeAt(file, EPOCH_AT, [await current(db), ...numbers]);
        else if (numbers.some((last, index) => last > (known.numbers[index] ?? 0))) writeAt(file, NUMBERS_AT, numbers);
        return result;
      }),
    acceptRestored: async () => {
      const epoch = await connection.write(async (db) => {
        const known = readState(file).epoch;
        if (known > (await current(db))) await markQueuedUncertain(db);
        await skipNumbers(db);
        return raise(db, known);
      });
      writeAt(file, EPOCH_AT, [epoch]);
    },
  };
}

/** A used database without its file is a copy. The original may have assigned more numbers, so they are skipped. */
async function skipUsedNumbers(db: Db): Promise<void> {
  const isUsed = (await current(db)) > 0 || (await lastNumbers(db)).some((last) => last > 0);
  if (isUsed) await skipNumbers(db);
}

function lastNumbers(db: Db): Promise<readonly number[]> {
  return Promise.all(NUMBERED.map((table) => dialectOf(db).lastId(db, table)));
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

interface FileState {
  /** Whether the file does not exist or has no epoch. */
  readonly isMissing: boolean;
  readonly epoch: number;
  /** The last number of each table in `NUMBERED`. May have fewer entries if none was assigned since the file was written. */
  readonly numbers: readonly number[];
}

/**
 * The number of digits on each line of the file. The first line is the epoch; the others are the last numbers of `NUMBERED`.
 */
const DIGITS = 16;
const EPOCH_AT = 0;
const NUMBERS_AT = DIGITS + 1;

function readState(file: string): FileState {
  try {
    const [epoch = Number.NaN, ...numbers] = readFileSync(file, "utf8")
      .split("\n")
      .map((line) => Number.parseInt(line, 10));
    const isMissing = !Number.isSafeInteger(epoch);
    return { isMissing, epoch: isMissing ? 0 : epoch, numbers: numbers.filter((one) => Number.isSafeInteger(one)) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { isMissing: true, epoch: 0, numbers: [] };
    }
    throw fileFailed(file, error);
  }
}

/**
 * Overwrites the same number of bytes in one write, so that a reader never sees a partial number and the write works on a full
 * disk. Does not call fsync: after a power loss the file may be behind, so that the guard may miss a restore but never reports
 * a false one.
 */
function writeAt(file: string, position: number, numbers: readonly number[]): void {
  try {
    const handle = openSync(file, fs.O_WRONLY | fs.O_CREAT, 0o600);
    try {
      writeSync(handle, numbers.map((one) => `${String(one).padStart(DIGITS, "0")}\n`).join(""), position);
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
