import type { RunStore } from "../store.js";
import type { Connection, Db } from "./database.js";
import { withoutZeroBytes } from "./parts.js";

/** Opens the recorded runs and named values of a database. */
export function openRuns(connection: Connection): RunStore {
  return {
    record: ({ startedAt, endedAt, source, reason, message, result }) =>
      connection.write(async (db) => {
        // A message can quote a server's reply, which may contain zero bytes.
        const row = { source, reason, message: withoutZeroBytes(message), result: JSON.stringify(result ?? null) };
        await db
          .insertInto("runs")
          .values({ ...row, started_at: Number(startedAt), ended_at: Number(endedAt) })
          .execute();
      }),
    recent: (limit) =>
      connection.read(async (db) => {
        const rows = await db.selectFrom("runs").selectAll().orderBy("id", "desc").limit(limit).execute();
        return rows.map(({ started_at, ended_at, source, reason, message, result }) => ({
          startedAt: new Date(started_at),
          endedAt: new Date(ended_at),
          source,
          reason,
          message,
          result: JSON.parse(result) as unknown,
        }));
      }),
    get: (name) =>
      connection.read(async (db) => {
        const row = await db.selectFrom("named_values").select("body").where("name", "=", name).executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.body) as unknown);
      }),
    set: (name, value) =>
      connection.write(async (db) => {
        const body = JSON.stringify(value ?? null);
        await db
          .insertInto("named_values")
          .values({ name, body })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ body }))
          .execute();
      }),
    change: async (name, step) => {
      for (;;) {
        const done = await connection.write((db) => tryChange(db, name, step), "concurrent");
        if (done !== null) return done.result;
      }
    },
  };
}

type Step<T> = (now: unknown) => { readonly value: unknown; readonly result: T };

/** Compare and swap. Returns null if another transaction has changed the value in the meantime. */
async function tryChange<T>(db: Db, name: string, step: Step<T>): Promise<{ readonly result: T } | null> {
  const row = await db.selectFrom("named_values").select("body").where("name", "=", name).executeTakeFirst();
  const { body, result } = stepOf(row?.body ?? null, step);
  if (row === undefined) {
    const [inserted] = await db
      .insertInto("named_values")
      .values({ name, body })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .execute();
    return Number(inserted?.numInsertedOrUpdatedRows ?? 0) === 1 ? { result } : null;
  }
  const changed = await db
    .updateTable("named_values")
    .set({ body })
    .where("name", "=", name)
    .where("body", "=", row.body)
    .executeTakeFirst();
  return Number(changed.numUpdatedRows) === 1 ? { result } : null;
}

function stepOf<T>(kept: string | null, step: Step<T>) {
  const { value, result } = step(kept === null ? null : (JSON.parse(kept) as unknown));
  return { body: JSON.stringify(value ?? null), result };
}
