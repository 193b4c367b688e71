import { addressKey } from "../../core/address.js";
import type { Db } from "./database.js";
import { hashAddress } from "./parts.js";
import { find, suppressed } from "./subscribers.js";

const HOUR_MS = 3_600_000;

/** Limits confirmation mails to one address, whose owner may not have requested them (list bombing, F29). */
const CONFIRMATION_INTERVAL_MS = 24 * HOUR_MS;
const MAX_CONFIRMATIONS = 3;
/** After this time the mails to a former reader are forgotten, so that no stranger can use them up for good. */
const FORMER_READER_MS = 30 * 24 * HOUR_MS;

interface ConfirmationQuery {
  readonly address: string;
  readonly key: Buffer;
  readonly now: Date;
}

/** Returns the number of confirmations that were sent to an address, and the age of the last one in ms. */
async function sentConfirmations(
  db: Db,
  { address, key, now }: ConfirmationQuery,
): Promise<{ readonly sent: number; readonly ageMs: number }> {
  const hash = hashAddress(key, address);
  const past = await db.selectFrom("signup_attempts").selectAll().where("hash", "=", hash).executeTakeFirst();
  if (past === undefined) return { sent: 0, ageMs: Infinity };
  const ageMs = Number(now) - past.last_at;
  const isFormer = (await find(db, address)) !== null || (await suppressed(db, [hash])).size > 0;
  return { sent: isFormer && ageMs >= FORMER_READER_MS ? 0 : past.attempts, ageMs };
}

/** Returns whether an address may not be sent another confirmation now: it got one lately, got too many, or one is being sent. */
export async function isConfirmationLimited(db: Db, query: ConfirmationQuery): Promise<boolean> {
  const { sent, ageMs } = await sentConfirmations(db, query);
  if (ageMs < CONFIRMATION_INTERVAL_MS || sent >= MAX_CONFIRMATIONS) return true;
  const leaving = db.selectFrom("transactional_mails").select("id").where("kind", "=", "confirm");
  const found = leaving.where("address_key", "=", addressKey(query.address)).where("state", "=", "claimed");
  return (await found.executeTakeFirst()) !== undefined;
}

/** Counts a confirmation that left, or may have left. One that was confirmed meanwhile does not count. */
export async function countSentConfirmation(db: Db, query: ConfirmationQuery): Promise<void> {
  const { address, key, now } = query;
  const open = db.selectFrom("signups").select("id").where("address_key", "=", addressKey(address));
  if ((await open.executeTakeFirst()) === undefined) return;
  const { sent } = await sentConfirmations(db, query);
  const counted = { attempts: sent + 1, last_at: Number(now) };
  await db
    .insertInto("signup_attempts")
    .values({ hash: hashAddress(key, address), ...counted })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet(counted))
    .execute();
}

/** Removes the confirmations of an address that wait: only the newest link confirms. */
export async function dropQueuedConfirmations(db: Db, address: string): Promise<void> {
  await db
    .deleteFrom("transactional_mails")
    .where("kind", "=", "confirm")
    .where("address_key", "=", addressKey(address))
    .where("state", "in", ["pending", "deferred"])
    .execute();
}
