import type { RunStore } from "../store.js";
import type { Connection } from "./database.js";

/** The record of runs, and small named values, in a database. */
export function openRuns(connection: Connection): RunStore {
  return {
    record: ({ startedAt, endedAt, source, reason, message, result }) =>
      connection.write(async (db) => {
        const row = { source, reason, message, result: JSON.stringify(result ?? null) };
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
        const row = await db.selectFrom("kept_values").select("body").where("name", "=", name).executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.body) as unknown);
      }),
    set: (name, value) =>
      connection.write(async (db) => {
        const body = JSON.stringify(value ?? null);
        await db
          .insertInto("kept_values")
          .values({ name, body })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ body }))
          .execute();
      }),
  };
}
