import { sql } from "kysely";
import { PaperboyError } from "../../core/errors.js";
import type { Paper } from "../../core/model.js";
import { wordsOfPaper } from "./archive-words.js";
import { recover } from "./claims.js";
import { COPIED, copyRows, hashRows, type TableHash } from "./copy-rows.js";
import type { Database, Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { skipNumbers } from "./numbers.js";

export interface CopyParts {
  readonly source: Database;
  readonly target: Database;
  readonly now: Date;
  /** Called before each table. */
  readonly onTable: (name: string) => void;
}

export interface CopyReport {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly (TableHash & { readonly table: string })[];
}

/**
 * Copies the source into an empty target in one transaction, and compares the row count and the hash of every table before the
 * commit. Meanwhile the source accepts no writes. Afterwards it is paused, because readers would get letters twice if both
 * stores sent mail. The caller holds the run locks of both.
 * @throws PaperboyError `store-failed` if the target is not empty, the source was restored from a backup, or the two differ
 *   after copying; `already-running` while a worker sends from the source.
 */
export async function copyBetween({ source, target, now, onTable }: CopyParts): Promise<CopyReport> {
  await refuseUsed(target);
  await target.guard.acceptRestored();
  // The guard refuses a restored source, because its queued mail may have been sent since the backup.
  const tables = await source.guard.write(async (from) => {
    const { blockWriters, lastId } = dialectOf(from);
    await blockWriters(from);
    await recover(from, now);
    await refuseBusy(from, source);
    const copied = await target.connection.write(async (to) => {
      const { blockWriters, raiseLastId } = dialectOf(to);
      await blockWriters(to);
      const tables = [];
      for (const table of COPIED) {
        onTable(table.name);
        const hash = await copyRows(from, to, table);
        if (table.key.includes("id")) await raiseLastId(to, table.name, await lastId(from, table.name));
        tables.push({ table: table.name, ...hash });
      }
      // The source may be used again and assign further numbers.
      await skipNumbers(to);
      await rebuildIndex(to);
      await compare(to, tables);
      return tables;
    });
    await sql`INSERT INTO named_values (name, body) VALUES ('paused', 'true')
      ON CONFLICT (name) DO UPDATE SET body = excluded.body`.execute(from);
    return copied;
  });
  return { from: source.displayName, to: target.displayName, tables };
}

async function refuseUsed({ connection, displayName }: Database): Promise<void> {
  for (const { name } of COPIED) {
    const { rows } = await connection.read((db) => sql`SELECT 1 FROM ${sql.table(name)} LIMIT 1`.execute(db));
    if (rows.length > 0) {
      throw failed(`${displayName} is not empty: it has ${name}`, "Give a new file, or another schema (schema=).");
    }
  }
}

/**
 * Refuses a copy while a worker sends. Workers do not take the run lock; a claim that `recover` did not release belongs to a
 * live worker.
 */
async function refuseBusy(db: Db, { displayName }: Database): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM deliveries WHERE state = 'claimed' LIMIT 1`.execute(db);
  if (rows.length === 0) return;
  throw new PaperboyError("already-running", {
    message: `a worker is sending from ${displayName}`,
    hint: "Run `paperboy pause`, wait a minute until workers release their claims, then copy.",
  });
}

/** Rebuilds the search index, because each kind of database has its own. */
async function rebuildIndex(db: Db): Promise<void> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM archive_papers ORDER BY id`.execute(db);
  for (const { id } of rows) {
    const row = await db.selectFrom("archive_papers").select("body").where("id", "=", id).executeTakeFirstOrThrow();
    await dialectOf(db).indexWords(db, id, wordsOfPaper(JSON.parse(row.body) as Paper));
  }
}

async function compare(db: Db, tables: CopyReport["tables"]): Promise<void> {
  for (const table of COPIED) {
    const was = tables.find(({ table: name }) => name === table.name);
    const is = await hashRows(db, table);
    if (was?.rows === is.rows && was.sha256 === is.sha256) continue;
    throw failed(
      `${table.name} differs after copying: ${is.rows} of ${was?.rows} rows`,
      "Nothing was copied. This is a bug in Paperboy: please report it.",
    );
  }
}

function failed(message: string, hint: string): PaperboyError {
  return new PaperboyError("store-failed", { message, hint });
}
