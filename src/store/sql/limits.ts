import type { LimitStore } from "../store.js";
import type { Connection } from "./database.js";
import { dialectOf } from "./dialect.js";

/** Token buckets in the database: every process that opens it shares them. */
export function openLimits(connection: Connection): LimitStore {
  return {
    take: (buckets, { count, now }) =>
      connection.write((db) => dialectOf(db).takeTokens(db, buckets, { count, now: Number(now) }), "concurrent"),
  };
}
