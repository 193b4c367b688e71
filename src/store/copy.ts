import { existsSync } from "node:fs";
import { sql } from "kysely";
import { PaperboyError } from "../core/errors.js";
import type { Paper } from "../core/model.js";
import { wordsOfPaper } from "./archive-words.js";
import { isServer, placeStore } from "./open.js";
import { COPIED } from "./sql/copied.js";
import { copyRows, type Digest, digestRows } from "./sql/copy-rows.js";
import type { Db } from "./sql/database.js";
import { dialectOf } from "./sql/dialect.js";
import { recover } from "./sql/claims.js";
import type { Side } from "./sql/side.js";

export interface CopyQuery {
  /** Paths of SQLite files, seen from `directory`, or `postgres://...`. */
  readonly from: string;
  readonly to: string;
  readonly directory: string;
  readonly now: Date;
  /** Told before each table. */
  readonly onTable: (name: string) => void;
}

export interface CopyReport {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly (Digest & { readonly table: string })[];
}

/**
 * Copies everything that is remembered into an empty database of either kind, in one transaction, and compares every table
 * by number and digest before it counts. Nobody can write to the source meanwhile. Afterwards the source is paused: were
 * both to send, readers would get letters twice.
 * @throws PaperboyError `store-failed` when the target is not empty, the source is not there or was restored, or the two
 *   differ in the end; `already-running` while somebody sends from the source.
 */
export async function copyStore(query: CopyQuery): Promise<CopyReport> {
  const [from, to] = [placeStore(query.from, query.directory), placeStore(query.to, query.directory)];
  if (!isServer(from) && !existsSync(from)) throw failed(`${query.from} is not there`, "Name the store that you have.");
  return withSide(from, (source) => withSide(to, (target) => copy(query, { source, target })));
}

interface Sides {
  readonly source: Side;
  readonly target: Side;
}

async function withSide<T>(given: string, use: (side: Side) => Promise<T>): Promise<T> {
  const side = isServer(given)
    ? await (await import("./postgres/side.js")).openPostgresSide(given)
    : await (await import("./sqlite/side.js")).openSqliteSide(given);
  try {
    const lock = await side.lock();
    if (lock === null) {
      throw new PaperboyError("already-running", {
        message: `a run is under way in ${side.shown}`,
        hint: "Let it end, or stop it with `paperboy pause`; then copy.",
      });
    }
    return await use(side).finally(() => lock.close());
  } finally {
    await side.close();
  }
}

async function copy({ now, onTable }: CopyQuery, { source, target }: Sides): Promise<CopyReport> {
  await refuseUsed(target);
  await target.acceptRestored();
  // The guard refuses a source that was restored: what it holds may have been mailed since.
  const tables = await source.guard.write(async (from) => {
    await source.hold(from);
    await recover(from, now);
    await refuseBusy(from, source);
    const copied = await target.connection.write(async (to) => {
      await target.hold(to);
      const tables = [];
      for (const table of COPIED) {
        onTable(table.name);
        const digest = await copyRows(from, to, table);
        if (table.key.includes("id")) await target.setLastId(to, table.name, await source.lastId(from, table.name));
        tables.push({ table: table.name, ...digest });
      }
      await refillWords(to);
      await compare(to, tables);
      return tables;
    });
    await sql`INSERT INTO kept_values (name, body) VALUES ('paused', 'true')
      ON CONFLICT (name) DO UPDATE SET body = excluded.body`.execute(from);
    return copied;
  });
  return { from: source.shown, to: target.shown, tables };
}

async function refuseUsed({ connection, shown }: Side): Promise<void> {
  for (const { name } of COPIED) {
    const { rows } = await connection.read((db) => sql`SELECT 1 FROM ${sql.table(name)} LIMIT 1`.execute(db));
    if (rows.length > 0) {
      throw failed(`${shown} is not empty: there are ${name} in it`, "Name a new file, or a new schema (schema=).");
    }
  }
}

/** Workers take no lock: who still holds a claim is one that lives. */
async function refuseBusy(db: Db, { shown }: Side): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM deliveries WHERE state = 'claimed' LIMIT 1`.execute(db);
  if (rows.length === 0) return;
  throw new PaperboyError("already-running", {
    message: `somebody is sending from ${shown}`,
    hint: "Run `paperboy pause`, wait a minute until workers have let go, then copy.",
  });
}

/** How words are kept differs; what they are does not. */
async function refillWords(db: Db): Promise<void> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM archive_papers ORDER BY id`.execute(db);
  for (const { id } of rows) {
    const row = await db.selectFrom("archive_papers").select("body").where("id", "=", id).executeTakeFirstOrThrow();
    await dialectOf(db).keepWords(db, id, wordsOfPaper(JSON.parse(row.body) as Paper));
  }
}

async function compare(db: Db, tables: CopyReport["tables"]): Promise<void> {
  for (const table of COPIED) {
    const was = tables.find(({ table: name }) => name === table.name);
    const is = await digestRows(db, table);
    if (was?.rows === is.rows && was.sha256 === is.sha256) continue;
    throw failed(
      `${table.name} differs after copying: ${was?.rows} rows became ${is.rows}`,
      "Nothing was kept; report it.",
    );
  }
}

function failed(message: string, hint: string): PaperboyError {
  return new PaperboyError("store-failed", { message, hint });
}
