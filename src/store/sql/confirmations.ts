import { addressKey } from "../../core/address.js";
import type { Db } from "./database.js";
import { hashAddress } from "./parts.js";
import { find, suppressed } from "./subscribers.js";

const HOUR_MS = 3_600_000;

/** Limits confirmation mails to one address, whose owner may not have requested them (list bombing, F29). */
const ASK_INTERVAL_MS = 24 * HOUR_MS;
const MAX_ASKS = 3;
/** After this time the mails to a former reader are forgotten, so that no stranger can use them up for good. */
const FORMER_READER_MS = 30 * 24 * HOUR_MS;

interface Asked {
  readonly address: string;
  readonly key: Buffer;
  readonly now: Date;
}

/** Returns the number of confirmations that were sent to an address, and the age of the last one in ms. */
async function asksOf(
  db: Db,
  { address, key, now }: Asked,
): Promise<{ readonly asks: number; readonly ageMs: number }> {
  const hash = hashAddress(key, address);
  const past = await db.selectFrom("signup_attempts").selectAll().where("hash", "=", hash).executeTakeFirst();
  if (past === undefined) return { asks: 0, ageMs: Infinity };
  const ageMs = Number(now) - past.last_at;
  const isFormer = (await find(db, address)) !== null || (await suppressed(db, [hash])).size > 0;
  return { asks: isFormer && ageMs >= FORMER_READER_MS ? 0 : past.attempts, ageMs };
}

/** Returns whether an address may not be sent another confirmation now: it got one lately, got too many, or one is being sent. */
export async function isAskLimited(db: Db, asked: Asked): Promise<boolean> {
  const { asks, ageMs } = await asksOf(db, asked);
  if (ageMs < ASK_INTERVAL_MS || asks >= MAX_ASKS) return true;
  const leaving = db.selectFrom("transactional_mails").select("id").where("kind", "=", "confirm");
  const found = leaving.where("address_key", "=", addressKey(asked.address)).where("state", "=", "claimed");
  return (await found.executeTakeFirst()) !== undefined;
}

/** Counts a confirmation that left, or may have left. One that was confirmed meanwhile does not count. */
export async function countAsk(db: Db, asked: Asked): Promise<void> {
  const { address, key, now } = asked;
  const open = db.selectFrom("signups").select("id").where("address_key", "=", addressKey(address));
  if ((await open.executeTakeFirst()) === undefined) return;
  const { asks } = await asksOf(db, asked);
  const counted = { attempts: asks + 1, last_at: Number(now) };
  await db
    .insertInto("signup_attempts")
    .values({ hash: hashAddress(key, address), ...counted })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet(counted))
    .execute();
}

/** Removes the confirmations of an address that wait: only the newest link confirms. */
export async function dropWaitingConfirmations(db: Db, address: string): Promise<void> {
  await db
    .deleteFrom("transactional_mails")
    .where("kind", "=", "confirm")
    .where("address_key", "=", addressKey(address))
    .where("state", "in", ["pending", "deferred"])
    .execute();
}
