import type { LimitStore } from "../store.js";
import type { Connection } from "./database.js";
import { dialectOf } from "./dialect.js";

/** Opens the token buckets of a database, which all its processes share. */
export function openLimits(connection: Connection): LimitStore {
  return {
    take: (buckets, { count, now }) =>
      connection.write((db) => dialectOf(db).takeTokens(db, buckets, { count, now: Number(now) }), "concurrent"),
  };
}
