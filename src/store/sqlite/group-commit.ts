import { setImmediate as turn } from "node:timers/promises";
import { sql } from "kysely";
import type { Db } from "../sql/database.js";

/** How writes are made. */
export interface WriteParts {
  /** One transaction, durable when it resolves. */
  readonly transaction: (work: (db: Db) => Promise<void>) => Promise<void>;
  /** Whether a transaction is still open: SQLite ends one by itself when the disk is full. */
  readonly isOpen: () => boolean;
}

interface Waiting {
  /** Does the work, and answers with how to tell its caller once it is durable. */
  readonly run: (db: Db) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/** So many share a transaction at most: whoever came first does not wait without end for the others. */
const MOST_TOGETHER = 64;

/**
 * Writes, each whole or not at all, and durable when it resolves. Those that come while another is on its way share the next
 * transaction: reaching the disk is what takes time, and one trip serves all. Each has a savepoint, so that one that
 * fails leaves no trace and fails alone.
 */
export function groupWrites(parts: WriteParts): <T>(work: (db: Db) => Promise<T>) => Promise<T> {
  const line: Waiting[] = [];
  let isWriting = false;
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (line.length > 0) {
      // SQLite writes without a pause of this process: who else wants to write comes to say so only in between.
      await turn();
      await writeGroup(line.splice(0, MOST_TOGETHER), parts);
    }
    isWriting = false;
  };
  return (work) =>
    new Promise((resolve, reject) => {
      line.push({ run: async (db) => resolve.bind(null, await work(db)), fail: reject });
      if (!isWriting) void writeAll();
    });
}

/** Never rejects: each caller hears of its own. */
async function writeGroup(group: readonly Waiting[], { transaction, isOpen }: WriteParts): Promise<void> {
  const told: (() => void)[] = [];
  try {
    await transaction(async (db) => {
      for (const each of group) {
        const tell = group.length === 1 ? await each.run(db) : await runApart(each, db, isOpen);
        told.push(tell);
      }
    });
  } catch (error) {
    for (const { fail } of group) fail(error);
    return;
  }
  for (const tell of told) tell();
}

async function runApart({ run, fail }: Waiting, db: Db, isOpen: () => boolean): Promise<() => void> {
  await sql`SAVEPOINT one`.execute(db);
  try {
    const tell = await run(db);
    await sql`RELEASE one`.execute(db);
    return tell;
  } catch (error) {
    // Without its transaction nothing of the group is left, and nothing more of it may be written.
    if (!isOpen()) throw error;
    await sql`ROLLBACK TO one`.execute(db);
    await sql`RELEASE one`.execute(db);
    return () => fail(error);
  }
}
