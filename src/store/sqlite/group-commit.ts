import { setImmediate as nextTurn } from "node:timers/promises";
import { sql } from "kysely";
import type { Db } from "../sql/database.js";

export interface WriteParts {
  /** Runs a transaction, which is durable when this resolves. */
  readonly transaction: (work: (db: Db) => Promise<void>) => Promise<void>;
  /** Whether the transaction is still open. SQLite rolls back automatically when the disk is full. */
  readonly isOpen: () => boolean;
}

interface QueuedWrite {
  /** Does the work, and returns the function that resolves the caller's promise after the commit. */
  readonly run: (db: Db) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/** The maximum number of writes per transaction, so that the first caller does not wait indefinitely for later ones. */
const MAX_GROUP_SIZE = 64;

/**
 * Returns a function that runs writes. Each write is atomic, and durable when its promise resolves. Writes that arrive during a
 * transaction share the next one, because the sync to disk dominates the cost. Each write has a savepoint, so that a failed
 * write is undone without the others.
 */
export function groupWrites(parts: WriteParts): <T>(work: (db: Db) => Promise<T>) => Promise<T> {
  const queue: QueuedWrite[] = [];
  let isWriting = false;
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (queue.length > 0) {
      // Yields, because SQLite blocks the process while it writes, and other callers can queue their writes only between
      // transactions.
      await nextTurn();
      await writeGroup(queue.splice(0, MAX_GROUP_SIZE), parts);
    }
    isWriting = false;
  };
  return (work) =>
    new Promise((resolve, reject) => {
      queue.push({ run: async (db) => resolve.bind(null, await work(db)), fail: reject });
      if (!isWriting) void writeAll();
    });
}

/** Never rejects. Errors are passed to the callers. */
async function writeGroup(group: readonly QueuedWrite[], { transaction, isOpen }: WriteParts): Promise<void> {
  const afterCommit: (() => void)[] = [];
  try {
    await transaction(async (db) => {
      for (const each of group) {
        afterCommit.push(group.length === 1 ? await each.run(db) : await runInSavepoint(each, db, isOpen));
      }
    });
  } catch (error) {
    for (const { fail } of group) fail(error);
    return;
  }
  for (const notify of afterCommit) notify();
}

async function runInSavepoint({ run, fail }: QueuedWrite, db: Db, isOpen: () => boolean): Promise<() => void> {
  await sql`SAVEPOINT one`.execute(db);
  try {
    const notify = await run(db);
    await sql`RELEASE one`.execute(db);
    return notify;
  } catch (error) {
    // SQLite has rolled back the whole group, so no other write of it may run.
    if (!isOpen()) throw error;
    await sql`ROLLBACK TO one`.execute(db);
    await sql`RELEASE one`.execute(db);
    return () => fail(error);
  }
}
