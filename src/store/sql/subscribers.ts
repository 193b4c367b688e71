import { type Selectable, sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type { View } from "../../core/model.js";
import type {
  AddResult,
  Frequency,
  NewSubscriber,
  Subscriber,
  SubscriberChange,
  SubscriberState,
  SubscriberStore,
} from "../store.js";
import type { Db, StoreParts } from "./database.js";
import { dialectOf } from "./dialect.js";
import { countChange, countEvent, growthTotals, isOnList } from "./growth.js";
import { dateOf, hashAddress } from "./parts.js";
import { suppressQueued } from "./queued.js";
import type { Tables } from "./tables.js";
import { hashOfView, saveViews } from "./views.js";

type Row = Omit<
  Selectable<Tables["subscribers"]>,
  "address_key" | "address_hash" | "domain" | "view_id" | "told_view_id"
> & {
  readonly view: string;
};

const COLUMNS = sql`s.id, s.address, s.state, s.paused_until, s.frequency, s.origin, s.joined_at, v.body AS view
  FROM subscribers s JOIN views v ON v.id = s.view_id`;

/** The columns in the order of the values in `insert`. */
const COLUMN_TYPES = {
  address: "text",
  address_key: "text",
  address_hash: "text",
  domain: "text",
  state: "text",
  paused_until: "integer",
  frequency: "text",
  view_id: "integer",
  origin: "text",
  joined_at: "integer",
} as const;

/** Whether a reader belongs to the list. Of those whom only runs name, it keeps those who have left. */
const ON_LIST = sql<boolean>`(s.origin <> 'named' OR s.state IN ('gone', 'bounced'))`;

const LEFT: ReadonlySet<SubscriberState> = new Set(["gone", "bounced"]);

/** Opens the subscribers of a database. */
export function openSubscribers({ connection, guard, key }: StoreParts): SubscriberStore {
  const hash = (address: string): string => hashAddress(key, address);
  return {
    add: async (batch, { now, dryRun }) => {
      if (batch.length === 0) return [];
      const rows = batch.map((reader) => ({ reader, key: addressKey(reader.address), hash: hash(reader.address) }));
      if (dryRun) return connection.read((db) => addResults(db, rows));
      return guard.assign(async (db) => {
        const results = await addResults(db, rows);
        await insert(
          db,
          rows.filter((_, index) => results[index] === "added"),
          now,
        );
        return results;
      });
    },
    find: (address) => connection.read((db) => find(db, address)),
    byId: (id) => connection.read((db) => findById(db, id)),
    list: ({ after, limit, state, who }) =>
      connection.read(async (db) => {
        const inState = state === undefined ? sql`` : sql`AND s.state = ${state}`;
        const ofWhom = who === undefined ? sql`` : who === "list" ? sql`AND ${ON_LIST}` : sql`AND s.origin = 'named'`;
        const { rows } = await sql<Row>`
          SELECT ${COLUMNS} WHERE s.id > ${after} ${inState} ${ofWhom} ORDER BY s.id LIMIT ${limit}`.execute(db);
        return rows.map(subscriberOf);
      }),
    change: (address, change, now) =>
      connection.write(async (db) => changeOne(db, { before: await find(db, address), change, now })),
    changeById: (id, change, now) =>
      connection.write(async (db) => changeOne(db, { before: await findById(db, id), change, now })),
    erase: (address, now) =>
      connection.write(async (db) => {
        await sql`INSERT INTO suppressions (hash, since) VALUES (${hash(address)}, ${Number(now)})
          ON CONFLICT (hash) DO NOTHING`.execute(db);
        return eraseOne(db, address, now);
      }),
    followed: ({ list, named }) =>
      connection.read(async (db) => {
        const isNamed = sql<boolean>`s.address_key IN ${dialectOf(db).oneOf(named.map(addressKey))}`;
        const isWanted = list ? sql<boolean>`(s.origin <> 'named' OR ${isNamed})` : isNamed;
        const { rows } = await sql<{ source: string; frequency: Frequency }>`
          SELECT DISTINCT v.source, CASE WHEN ${isNamed} THEN 'daily' ELSE s.frequency END AS frequency
          FROM subscribers s JOIN views v ON v.id = s.view_id
          WHERE v.source IS NOT NULL AND s.state IN ('active', 'paused') AND ${isWanted} ORDER BY 1, 2`.execute(db);
        return rows;
      }),
    untold: (views, limit) =>
      connection.read(async (db) => {
        const { rows } = await sql<Row>`
          SELECT ${COLUMNS} WHERE v.hash IN ${dialectOf(db).oneOf(views.map(hashOfView))} AND s.state = 'active'
            AND s.origin <> 'named' AND s.frequency IN ('daily', 'weekly')
            AND (s.told_view_id IS NULL OR s.told_view_id <> s.view_id)
          ORDER BY s.id LIMIT ${limit}`.execute(db);
        return rows.map(subscriberOf);
      }),
    isSuppressed: (address) => connection.read(async (db) => (await suppressed(db, [hash(address)])).size > 0),
    count: () =>
      connection.read(async (db) => {
        const counts = { pending: 0, active: 0, paused: 0, gone: 0, bounced: 0 };
        const found = db
          .selectFrom("subscribers as s")
          .where(ON_LIST)
          .select(["state", (eb) => eb.fn.countAll<number>().as("readers")]);
        for (const { state, readers } of await found.groupBy("state").execute()) counts[state] = readers;
        return counts;
      }),
    growth: (since) =>
      connection.read((db) =>
        db.selectFrom("growth").selectAll().where("day", ">=", since).orderBy("day").orderBy("event").execute(),
      ),
    growthTotals: () => connection.read(growthTotals),
  };
}

/** A subscriber to add, with address key and hash. */
export interface SubscriberEntry {
  readonly reader: NewSubscriber;
  readonly key: string;
  readonly hash: string;
}

/** Returns the result of adding each entry, in order. The second of two equal addresses is `known`. */
async function addResults(db: Db, rows: readonly SubscriberEntry[]): Promise<readonly AddResult[]> {
  const known = await sql<{ address_key: string }>`SELECT address_key FROM subscribers
    WHERE address_key IN ${dialectOf(db).oneOf(rows.map(({ key }) => key))}`.execute(db);
  const seen = new Set(known.rows.map(({ address_key }) => address_key));
  const refused = await suppressed(
    db,
    rows.map(({ hash }) => hash),
  );
  return rows.map(({ key, hash }) => {
    if (refused.has(hash)) return "suppressed";
    if (seen.has(key)) return "known";
    seen.add(key);
    return "added";
  });
}

/** Returns the hashes that are on the suppression list. */
export async function suppressed(db: Db, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ hash: string }>`SELECT hash FROM suppressions
    WHERE hash IN ${dialectOf(db).oneOf(hashes)}`.execute(db);
  return new Set(rows.map(({ hash }) => hash));
}

/** Inserts subscribers with new addresses. */
export async function insert(db: Db, rows: readonly SubscriberEntry[], now: Date): Promise<void> {
  const views = await saveViews(
    db,
    rows.map(({ reader }) => reader.view),
  );
  const values = rows.map(({ reader, key, hash }) => [
    reader.address,
    key,
    hash,
    key.slice(key.lastIndexOf("@") + 1),
    reader.state,
    reader.state === "paused" && reader.pausedUntil ? Number(reader.pausedUntil) : null,
    reader.frequency,
    views.get(reader.view),
    reader.origin,
    Number(now),
  ]);
  await sql`INSERT INTO subscribers
    (address, address_key, address_hash, domain, state, paused_until, frequency, view_id, origin, joined_at)
    SELECT k.address, k.address_key, k.address_hash, k.domain, k.state, k.paused_until, k.frequency, k.view_id, k.origin,
      k.joined_at FROM ${dialectOf(db).valuesTable(values, COLUMN_TYPES)}`.execute(db);
  await countEvent(db, { event: "joined", now, people: rows.filter(({ reader }) => isOnList(reader)).length });
}

/** Finds a subscriber by address. */
export async function find(db: Db, address: string): Promise<Subscriber | null> {
  const { rows } = await sql<Row>`SELECT ${COLUMNS} WHERE s.address_key = ${addressKey(address)}`.execute(db);
  return rows[0] ? subscriberOf(rows[0]) : null;
}

/** Finds a subscriber by id. */
export async function findById(db: Db, id: number): Promise<Subscriber | null> {
  const { rows } = await sql<Row>`SELECT ${COLUMNS} WHERE s.id = ${id}`.execute(db);
  return rows[0] ? subscriberOf(rows[0]) : null;
}

function subscriberOf({ id, address, state, paused_until, frequency, view, origin, joined_at }: Row): Subscriber {
  return {
    id,
    address,
    state,
    pausedUntil: dateOf(paused_until),
    frequency,
    view: JSON.parse(view) as View,
    origin,
    joinedAt: new Date(joined_at),
  };
}

interface Change {
  readonly before: Subscriber | null;
  readonly change: SubscriberChange;
  readonly now: Date;
}

/** Changes a subscriber. A subscriber who returns or confirms joins at that instant and gets no earlier papers. */
export async function changeOne(db: Db, { before, change, now }: Change): Promise<Subscriber | null> {
  if (before === null) return null;
  const after = { ...before, ...change };
  const joins = after.state === "active" && (LEFT.has(before.state) || before.state === "pending");
  const views = await saveViews(db, [after.view]);
  await db
    .updateTable("subscribers")
    .set({
      state: after.state,
      paused_until: after.state === "paused" && after.pausedUntil ? Number(after.pausedUntil) : null,
      frequency: after.frequency,
      view_id: views.get(after.view) ?? Number.NaN,
      origin: after.origin,
      joined_at: Number(joins ? now : before.joinedAt),
    })
    .where("id", "=", before.id)
    .execute();
  await countChange(db, { before, after }, now);
  if (LEFT.has(after.state)) await suppressQueued(db, { subscriberIds: [before.id], why: after.state, now });
  return findById(db, before.id);
}

/** Deletes a subscriber. Keeps the deliveries for the counts, without the server's replies, which may quote the address. */
async function eraseOne(db: Db, address: string, now: Date): Promise<boolean> {
  // Deletes waiting sign-ups and mails too, because they are personal data.
  const key = addressKey(address);
  await db.deleteFrom("signups").where("address_key", "=", key).execute();
  await db.deleteFrom("transactional_mails").where("address_key", "=", key).execute();
  const person = await find(db, address);
  if (person === null) return false;
  await db.deleteFrom("subscribers").where("id", "=", person.id).execute();
  await countChange(db, { before: person, after: null }, now);
  await suppressQueued(db, { subscriberIds: [person.id], why: "gone", now });
  await sql`UPDATE deliveries ${dialectOf(db).indexedBy("deliveries_once")} SET detail = NULL
    WHERE edition_ref IN (SELECT id FROM editions) AND subscriber_id = ${person.id}`.execute(db);
  return true;
}
