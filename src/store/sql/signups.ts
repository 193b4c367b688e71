import type { SignupResult, SignupStore, SignupRequest, Subscriber } from "../store.js";
import type { View } from "../../core/model.js";
import type { Connection, Db } from "./database.js";
import { addressKey, hashAddress } from "./parts.js";
import { changeOne, find, insert } from "./subscribers.js";
import { saveViews } from "./views.js";

const HOUR_MS = 3_600_000;

/** How long a wish waits for its confirmation; its link holds as long (src/core/tokens.ts). */
const CONFIRM_WITHIN_MS = 72 * HOUR_MS;

/** One mail a day to an address that did not ask for it, and three ever (MAIL.md's list bombing, F29). */
const ATTEMPT_INTERVAL_MS = 24 * HOUR_MS;
const MAX_ATTEMPTS = 3;

/** Wishes to join in a database; `key` is the secret of the hashes by which asks are counted. */
export function openSignups(connection: Connection, key: Buffer): SignupStore {
  return {
    begin: (wish, now) => connection.write((db) => begin(db, wish, { hash: hashAddress(key, wish.address), now })),
    find: (signupId, now) => connection.read(async (db) => (await waiting(db, signupId, now))?.wish ?? null),
    confirm: (signupId, now) => connection.write((db) => confirm(db, signupId, { key, now })),
    prune: (now) =>
      connection.write(async (db) => {
        const old = db.deleteFrom("signups").where("requested_at", "<=", Number(now) - CONFIRM_WITHIN_MS);
        return Number((await old.executeTakeFirst()).numDeletedRows);
      }),
  };
}

interface Asked {
  readonly hash: string;
  readonly now: Date;
}

/** Begins a sign-up, if this address may. */
export async function begin(db: Db, wish: SignupRequest, { hash, now }: Asked): Promise<SignupResult> {
  const known = await find(db, wish.address);
  if (known?.state === "active" || known?.state === "paused") return { result: "member", subscriberId: known.id };
  const barred = await db.selectFrom("suppressions").select("reason").where("hash", "=", hash).executeTakeFirst();
  if (known?.state === "bounced" || (barred !== undefined && barred.reason !== "erased"))
    return { result: "suppressed" };
  const past = await db.selectFrom("signup_attempts").selectAll().where("hash", "=", hash).executeTakeFirst();
  const isTooSoon = past !== undefined && Number(now) - past.last_at < ATTEMPT_INTERVAL_MS;
  if (isTooSoon || (past?.attempts ?? 0) >= MAX_ATTEMPTS) return { result: "limited" };
  const attempts = { attempts: (past?.attempts ?? 0) + 1, last_at: Number(now) };
  await db
    .insertInto("signup_attempts")
    .values({ hash, ...attempts })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet(attempts))
    .execute();
  return { result: "begun", signupId: await put(db, wish, now) };
}

/** A new wish takes the place of an older one: only the newest link confirms. */
async function put(db: Db, { address, frequency, view, origin }: SignupRequest, now: Date): Promise<number> {
  const address_key = addressKey(address);
  await db.deleteFrom("signups").where("address_key", "=", address_key).execute();
  const view_id = (await saveViews(db, [view])).get(view) ?? Number.NaN;
  const row = { address, address_key, frequency, view_id, origin, requested_at: Number(now) };
  return (await db.insertInto("signups").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

async function waiting(db: Db, id: number, now: Date) {
  const row = await db
    .selectFrom("signups")
    .innerJoin("views", "views.id", "signups.view_id")
    .select(["address", "address_key", "frequency", "origin", "views.body as view"])
    .where("signups.id", "=", id)
    .where("requested_at", ">", Number(now) - CONFIRM_WITHIN_MS)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { address, address_key, frequency, origin, view } = row;
  return { address_key, wish: { address, frequency, origin, view: JSON.parse(view) as View } satisfies SignupRequest };
}

/** Makes a wish a reader. Whoever answers from the address may have it back, even after it was erased; the wish is used up. */
export async function confirm(
  db: Db,
  id: number,
  { key, now }: { readonly key: Buffer; readonly now: Date },
): Promise<Subscriber | null> {
  const found = await waiting(db, id, now);
  if (found === null) return null;
  const { wish, address_key } = found;
  const hash = hashAddress(key, wish.address);
  await db.deleteFrom("signups").where("id", "=", id).execute();
  await db.deleteFrom("signup_attempts").where("hash", "=", hash).execute();
  await db.deleteFrom("suppressions").where("hash", "=", hash).where("reason", "=", "erased").execute();
  const { frequency, view, origin } = wish;
  const change = { state: "active", pausedUntil: null, frequency, view, origin } as const;
  const before = await find(db, wish.address);
  if (before !== null) return changeOne(db, { before, change, now });
  await insert(db, [{ reader: { address: wish.address, ...change }, key: address_key, hash }], now);
  return find(db, wish.address);
}
