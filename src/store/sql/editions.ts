import { type RawBuilder, type Selectable, sql } from "kysely";
import { addressKey } from "../../core/address.js";
import { PaperboyError } from "../../core/errors.js";
import type { Edition, Letter } from "../../core/model.js";
import type { Channel, EditionStore, SavedEdition } from "../store.js";
import { groupAudience, groupSnapshot, takeSnapshot } from "./audience.js";
import type { Db, StoreParts } from "./database.js";
import { dialectOf } from "./dialect.js";
import { sha256 } from "./parts.js";
import { CountMismatch, prepare } from "./prepare.js";
import type { Tables } from "./tables.js";

/** Opens the editions and letters of a database. */
export function openEditions({ connection, guard, key }: StoreParts): EditionStore {
  return {
    find: ({ editionId, channel }) =>
      connection.read(async (db) => {
        const query = db.selectFrom("editions").selectAll().where("edition_id", "=", editionId);
        const row = await query.where("channel", "=", channel).executeTakeFirst();
        return row === undefined ? null : savedEdition(row);
      }),
    audience: (query) => connection.read((db) => groupAudience(db, query)),
    snapshot: (query) =>
      guard.write(async (db) => {
        const id = await takeSnapshot(db, query);
        return { id, groups: (await groupSnapshot(db, query, id)).map(({ group }) => group) };
      }, "snapshot"),
    prepare: async (plan) => {
      try {
        return await guard.write((db) => prepare(db, plan, key), "snapshot");
      } catch (error) {
        if (error instanceof CountMismatch) return "miscounted";
        throw error;
      }
    },
    letter: (letterId) => connection.read((db) => readLetter(db, letterId)),
    coveredDays: (channel, span, named = null) => connection.read((db) => coveredDays(db, { channel, ...span, named })),
    since: (channel, instant) =>
      connection.read(async (db) => {
        const query = db.selectFrom("editions").selectAll().where("channel", "=", channel);
        const rows = await query.where("prepared_at", ">=", Number(instant)).orderBy("id").execute();
        return rows.map(savedEdition);
      }),
    recent: (limit) =>
      connection.read(async (db) => {
        const rows = await db.selectFrom("editions").selectAll().orderBy("id", "desc").limit(limit).execute();
        return rows.map(savedEdition);
      }),
    open: (channel) =>
      connection.read(async (db) => {
        const { rows } = await sql<Selectable<Tables["editions"]>>`
          SELECT * FROM editions e WHERE e.closed = 0 AND e.channel = ${channel} AND (${has("pending")} OR ${has("deferred")} OR ${has("claimed")})
          ORDER BY e.id`.execute(db);
        return rows.map(savedEdition);
      }),
  };
}

interface CoveredQuery {
  readonly channel: Channel;
  readonly first: string;
  readonly last: string;
  readonly named: readonly string[] | null;
}

async function coveredDays(db: Db, { channel, first, last, named }: CoveredQuery): Promise<ReadonlySet<string>> {
  const isWithin = sql<boolean>`c.channel = ${channel} AND c.day >= ${first} AND c.day <= ${last}`;
  const addresses = dialectOf(db).oneOf([...new Set((named ?? []).map(addressKey))]);
  const query =
    named === null
      ? sql<{ day: string }>`SELECT DISTINCT c.day FROM covered_days c JOIN editions e ON e.id = c.edition_ref
          WHERE ${isWithin} AND e.for_list = 1`
      : sql<{ day: string }>`SELECT c.day FROM covered_days c JOIN deliveries d ON d.edition_ref = c.edition_ref
            JOIN subscribers s ON s.id = d.subscriber_id
          WHERE ${isWithin} AND s.address_key IN ${addresses}
          GROUP BY c.day HAVING count(DISTINCT s.id) = (
            SELECT count(*) FROM subscribers WHERE address_key IN ${addresses})`;
  const { rows } = await query.execute(db);
  return new Set(rows.map(({ day }) => day));
}

/** Whether an edition `e` has a delivery in a state. Queries use it for one state at a time, so that the index applies. */
function has(state: "pending" | "deferred" | "claimed"): RawBuilder<boolean> {
  return sql`EXISTS (SELECT 1 FROM deliveries d WHERE d.edition_ref = e.id AND d.state = ${sql.lit(state)})`;
}

function savedEdition(row: Selectable<Tables["editions"]>): SavedEdition {
  return {
    edition: JSON.parse(row.body) as Edition,
    channel: row.channel as Channel,
    preparedAt: new Date(row.prepared_at),
    sendBefore: new Date(row.send_before),
    candidates: row.candidates,
    excluded: JSON.parse(row.excluded) as Readonly<Record<string, number>>,
    prepared: row.prepared,
    forList: row.for_list === 1,
  };
}

/** Reads a letter and verifies its hash, so that exactly the checked letter is mailed. */
async function readLetter(db: Db, letterId: string): Promise<Letter> {
  const row = await db.selectFrom("letters").selectAll().where("id", "=", Number(letterId)).executeTakeFirst();
  if (row === undefined || sha256(row.body) !== row.hash) {
    throw new PaperboyError("store-failed", {
      message: `letter ${letterId} ${row === undefined ? "is not in the database" : "was changed after it was frozen"}`,
      hint: "Run `paperboy store check`, and restore a backup if the file is damaged.",
    });
  }
  return JSON.parse(row.body) as Letter;
}
