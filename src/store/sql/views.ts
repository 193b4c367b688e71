import { sql } from "kysely";
import { followedSource } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { sha256 } from "./parts.js";

/** Serializes a view with sorted keys, so that equal views have equal text. */
function canonicalView(view: View): string {
  return JSON.stringify(Object.fromEntries(Object.entries(view).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** Returns the hash that identifies a view. */
export function hashOfView(view: View): string {
  return sha256(canonicalView(view));
}

/** Saves new views. Returns the ids of all views by object. */
export async function saveViews(db: Db, views: Iterable<View>): Promise<ReadonlyMap<View, number>> {
  const hashes = new Map<View, string>();
  const bodies = new Map<string, readonly [body: string, source: string | null]>();
  for (const view of views) {
    if (hashes.has(view)) continue;
    const body = canonicalView(view);
    const hash = sha256(body);
    hashes.set(view, hash);
    bodies.set(hash, [body, followedSource(view)]);
  }
  const { oneOf, valuesTable } = dialectOf(db);
  const rows = [...bodies].map(([hash, [body, source]]) => [hash, body, source]);
  const given = valuesTable(rows, { hash: "text", body: "text", source: "text" });
  await sql`INSERT INTO views (hash, body, source) SELECT k.hash, k.body, k.source FROM ${given} WHERE true
    ON CONFLICT (hash) DO NOTHING`.execute(db);
  const saved = await sql<{ id: number; hash: string }>`
    SELECT id, hash FROM views WHERE hash IN ${oneOf([...bodies.keys()])}`.execute(db);
  const ids = new Map(saved.rows.map(({ id, hash }) => [hash, id]));
  return new Map([...hashes].map(([view, hash]) => [view, ids.get(hash) ?? Number.NaN]));
}
