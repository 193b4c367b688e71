import type { BounceDamage } from "../store.js";
import type { Db } from "./database.js";
import { changeOne, findById } from "./subscribers.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Bounces are kept for so long. */
const MEMORY_MS = 30 * DAY_MS;

/** When bounces that are no clear evidence end a subscription: so many of them, so far apart (docs/inbox.md). */
const LIMITS: Readonly<Record<Exclude<BounceDamage, "hard">, { readonly bounces: number; readonly spanMs: number }>> = {
  // Two days, with room for a letter that goes out early on the second.
  permanent: { bounces: 2, spanMs: 20 * HOUR_MS },
  soft: { bounces: 5, spanMs: 14 * DAY_MS },
};

export interface Bounce {
  readonly subscriberId: number;
  readonly damage: BounceDamage;
  readonly status: string;
}

/** Counts a bounce, and ends the subscription when it is due. A reader who has left stays as they left. */
export async function recordBounce(db: Db, { subscriberId, damage, status }: Bounce, now: Date): Promise<void> {
  const before = await findById(db, subscriberId);
  if (before === null || before.state === "gone" || before.state === "bounced") return;
  if (damage !== "hard") {
    const row = { subscriber_id: subscriberId, damage, status, at: Number(now) };
    await db.insertInto("bounces").values(row).execute();
    // A permanent bounce counts as a soft one, too.
    const isDue =
      (await isOver(db, { subscriberId, kind: "soft" }, now)) ||
      (await isOver(db, { subscriberId, kind: "permanent" }, now));
    if (!isDue) return;
  }
  await changeOne(db, { before, change: { state: "bounced" }, now });
  await db.deleteFrom("bounces").where("subscriber_id", "=", subscriberId).execute();
}

/** Returns whether a bounce of a reader was counted since an instant. */
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
    .where("at", ">", Number(now) - MEMORY_MS)
    .executeTakeFirstOrThrow();
  const limit = LIMITS[kind];
  return bounces >= limit.bounces && (last ?? 0) - (first ?? 0) >= limit.spanMs;
}

/** Removes bounces that no longer count. */
export async function forgetBounces(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom("bounces")
    .where("at", "<=", Number(now) - MEMORY_MS)
    .execute();
}
