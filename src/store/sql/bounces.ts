import type { BounceDamage } from "../store.js";
import type { Db } from "./database.js";
import { changeOne, findById } from "./subscribers.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long bounces are kept. */
const KEEP_MS = 30 * DAY_MS;

/**
 * The number of bounces that end a subscription although each is ambiguous, and the minimum time between the first and the last
 * (docs/inbox.md).
 */
const LIMITS: Readonly<Record<Exclude<BounceDamage, "hard">, { readonly bounces: number; readonly spanMs: number }>> = {
  // Two days, minus some hours, because a letter may be sent earlier on the second day.
  permanent: { bounces: 2, spanMs: 20 * HOUR_MS },
  soft: { bounces: 5, spanMs: 14 * DAY_MS },
};

export interface Bounce {
  readonly subscriberId: number;
  readonly damage: BounceDamage;
  readonly status: string;
}

/** Counts a bounce, and ends the subscription if a limit is reached. Has no effect on a reader who has already left. */
export async function recordBounce(db: Db, { subscriberId, damage, status }: Bounce, now: Date): Promise<void> {
  const before = await findById(db, subscriberId);
  if (before === null || before.state === "gone" || before.state === "bounced") return;
  if (damage !== "hard") {
    const row = { subscriber_id: subscriberId, damage, status, at: Number(now) };
    await db.insertInto("bounces").values(row).execute();
    // A permanent bounce also counts as a soft one.
    const isDue =
      (await isOver(db, { subscriberId, kind: "soft" }, now)) ||
      (await isOver(db, { subscriberId, kind: "permanent" }, now));
    if (!isDue) return;
  }
  await changeOne(db, { before, change: { state: "bounced" }, now });
  await db.deleteFrom("bounces").where("subscriber_id", "=", subscriberId).execute();
}

/** Whether a bounce of a reader was counted since an instant. */
export async function hasBounced(
  db: Db,
  { subscriberId, since }: { readonly subscriberId: number; readonly since: number },
): Promise<boolean> {
  const found = await db
    .selectFrom("bounces")
    .select("id")
    .where("subscriber_id", "=", subscriberId)
    .where("at", ">=", since)
    .executeTakeFirst();
  return found !== undefined;
}

interface Counted {
  readonly subscriberId: number;
  readonly kind: keyof typeof LIMITS;
}

async function isOver(db: Db, { subscriberId, kind }: Counted, now: Date): Promise<boolean> {
  const kinds = kind === "soft" ? (["soft", "permanent"] as const) : (["permanent"] as const);
  const { bounces, first, last } = await db
    .selectFrom("bounces")
    .select(({ fn }) => [fn.countAll<number>().as("bounces"), fn.min("at").as("first"), fn.max("at").as("last")])
    .where("subscriber_id", "=", subscriberId)
    .where("damage", "in", kinds)
    .where("at", ">", Number(now) - KEEP_MS)
    .executeTakeFirstOrThrow();
  const limit = LIMITS[kind];
  return bounces >= limit.bounces && (last ?? 0) - (first ?? 0) >= limit.spanMs;
}

/** Deletes bounces that no longer count. */
export async function forgetBounces(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom("bounces")
    .where("at", "<=", Number(now) - KEEP_MS)
    .execute();
}
