import { sql } from "kysely";
import { addressKey } from "../../core/address.js";
import { CONFIRM_VALID_MS } from "../../core/tokens.js";
import type { SignupResult, SignupStore, SignupRequest, Subscriber } from "../store.js";
import type { View } from "../../core/model.js";
import { dropQueuedConfirmations, isConfirmationLimited } from "./confirmations.js";
import type { Db, StoreParts } from "./database.js";
import { dialectOf } from "./dialect.js";
import { countEvent } from "./growth.js";
import { hashAddress } from "./parts.js";
import { changeOne, find, insert } from "./subscribers.js";
import { saveViews } from "./views.js";

/** Sign-up requests in a database. The confirmations sent to an address are counted by a keyed hash. */
export function openSignups({ connection, guard, key }: StoreParts): SignupStore {
  return {
    begin: (request, now) => guard.assign((db) => begin(db, request, { key, now })),
    find: (signupId, now) => connection.read(async (db) => (await findRequest(db, signupId, now))?.request ?? null),
    confirm: (signupId, now) => guard.assign((db) => confirm(db, signupId, { key, now })),
    newcomers: (limit) =>
      connection.read(async (db) => {
        const query = db
          .selectFrom("newcomers")
          .select("subscriber_id")
          .orderBy("confirmed_at")
          .orderBy("subscriber_id");
        return (await query.limit(limit).execute()).map(({ subscriber_id }) => subscriber_id);
      }),
    forgetNewcomers: (subscriberIds) =>
      connection.write(async (db) => {
        const ids = dialectOf(db).oneOfNumbers(subscriberIds);
        await sql`DELETE FROM newcomers WHERE subscriber_id IN ${ids}`.execute(db);
      }),
    prune: (now) =>
      connection.write(async (db) => {
        const old = db.deleteFrom("signups").where("requested_at", "<=", Number(now) - CONFIRM_VALID_MS);
        return Number((await old.executeTakeFirst()).numDeletedRows);
      }),
  };
}

interface SignupContext {
  readonly key: Buffer;
  readonly now: Date;
}

/** Begins a sign-up unless the address is a member or over its limit. It counts once its confirmation has left. */
export async function begin(db: Db, request: SignupRequest, { key, now }: SignupContext): Promise<SignupResult> {
  const { address } = request;
  const known = await find(db, address);
  if (known?.state === "active" || known?.state === "paused") return { result: "member", subscriberId: known.id };
  if (await isConfirmationLimited(db, { address, key, now })) return { result: "limited" };
  await dropQueuedConfirmations(db, address);
  await countEvent(db, { event: "requested", now });
  return { result: "begun", signupId: await replaceRequest(db, request, now) };
}

/** Replaces an older request of the address, so that only the newest link works. */
async function replaceRequest(db: Db, { address, frequency, view, origin }: SignupRequest, now: Date): Promise<number> {
  const address_key = addressKey(address);
  await db.deleteFrom("signups").where("address_key", "=", address_key).execute();
  const view_id = (await saveViews(db, [view])).get(view) ?? Number.NaN;
  const row = { address, address_key, frequency, view_id, origin, requested_at: Number(now) };
  return (await db.insertInto("signups").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

async function findRequest(db: Db, id: number, now: Date) {
  const row = await db
    .selectFrom("signups")
    .innerJoin("views", "views.id", "signups.view_id")
    .select(["address", "address_key", "frequency", "origin", "views.body as view"])
    .where("signups.id", "=", id)
    .where("requested_at", ">", Number(now) - CONFIRM_VALID_MS)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { address, address_key, frequency, origin, view } = row;
  return {
    address_key,
    request: { address, frequency, origin, view: JSON.parse(view) as View } satisfies SignupRequest,
  };
}

async function addNewcomer(db: Db, subscriberId: number, now: Date): Promise<void> {
  await sql`INSERT INTO newcomers (subscriber_id, confirmed_at) VALUES (${subscriberId}, ${Number(now)})
    ON CONFLICT (subscriber_id) DO UPDATE SET confirmed_at = excluded.confirmed_at`.execute(db);
}

/** Turns a request into a reader and deletes it. Because a confirmation proves the address, any former reader can come back. */
export async function confirm(
  db: Db,
  id: number,
  { key, now }: { readonly key: Buffer; readonly now: Date },
): Promise<Subscriber | null> {
  const found = await findRequest(db, id, now);
  if (found === null) return null;
  const { request, address_key } = found;
  const hash = hashAddress(key, request.address);
  await db.deleteFrom("signups").where("id", "=", id).execute();
  await db.deleteFrom("signup_attempts").where("hash", "=", hash).execute();
  await db.deleteFrom("suppressions").where("hash", "=", hash).execute();
  const { frequency, view, origin } = request;
  const change = { state: "active", pausedUntil: null, frequency, view, origin } as const;
  const before = await find(db, request.address);
  if (before !== null) {
    await db.deleteFrom("bounces").where("subscriber_id", "=", before.id).execute();
    await changeOne(db, { before, change, now });
  } else {
    await insert(db, [{ reader: { address: request.address, ...change }, key: address_key, hash }], now);
  }
  await countEvent(db, { event: "confirmed", now });
  const joined = await find(db, request.address);
  if (joined !== null) await addNewcomer(db, joined.id, now);
  return joined;
}
