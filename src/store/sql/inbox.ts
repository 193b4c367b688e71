import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { InboxEffect, InboxSettlement, InboxStore, SubscriberChange } from "../store.js";
import type { Connection, Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { enqueue } from "./transactional.js";
import { hashAddress } from "./parts.js";
import { begin, confirm } from "./signups.js";
import { changeOne, findById } from "./subscribers.js";

const DAY_MS = 24 * 3_600_000;

/** When soft bounces end a reader: so many of the last days, with so many between the first and the last. */
const SOFT_MOST = 5;
const SOFT_SPAN_MS = 14 * DAY_MS;
const SOFT_MEMORY_MS = 30 * DAY_MS;

/** Mails that came in, in a database. What is settled keeps no words, only that it was there. */
export function openInbox(connection: Connection, key: Buffer): InboxStore {
  return {
    keep: (mails, now) => connection.write((db) => keep(db, mails, now)),
    pending: (limit) =>
      connection.read(async (db) => {
        const waiting = db.selectFrom("inbox").select(["id", "raw", "received_at"]).where("outcome", "is", null);
        const rows = await waiting.orderBy("id").limit(limit).execute();
        return rows.flatMap(({ id, raw, received_at }) =>
          raw === null ? [] : [{ id, raw, receivedAt: new Date(received_at) }],
        );
      }),
    settle: (settlements, now) =>
      connection.write(async (db) => {
        const outcomes: string[] = [];
        for (const settlement of settlements) outcomes.push(...(await settle(db, settlement, { key, now })));
        await db
          .deleteFrom("soft_bounces")
          .where("at", "<=", Number(now) - SOFT_MEMORY_MS)
          .execute();
        return outcomes;
      }),
    counts: () =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom("inbox")
          .select(["outcome", ({ fn }) => fn.countAll<number>().as("mails")])
          .groupBy("outcome")
          .execute();
        return Object.fromEntries(rows.map(({ outcome, mails }) => [outcome ?? "waiting", mails]));
      }),
  };
}

async function keep(db: Db, mails: readonly Buffer[], now: Date): Promise<number> {
  let kept = 0;
  for (const raw of mails) {
    const hash = createHash("sha256").update(raw).digest("base64url");
    const added = await db
      .insertInto("inbox")
      .values({ hash, raw, outcome: null, received_at: Number(now), settled_at: null })
      .onConflict((conflict) => conflict.column("hash").doNothing())
      .executeTakeFirst();
    kept += Number(added.numInsertedOrUpdatedRows ?? 0);
  }
  return kept;
}

interface At {
  readonly key: Buffer;
  readonly now: Date;
}

/** How the mail ended; nothing when another process came first, and has done all of it. */
async function settle(db: Db, { id, outcome, effects }: InboxSettlement, at: At): Promise<readonly string[]> {
  const marked = await db
    .updateTable("inbox")
    .set({ outcome, raw: null, settled_at: Number(at.now) })
    .where("id", "=", id)
    .where("outcome", "is", null)
    .executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return [];
  let isWithheld = false;
  for (const effect of effects) isWithheld = !(await apply(db, effect, at)) || isWithheld;
  if (!isWithheld) return [outcome];
  const withheld = `${outcome}, not answered`;
  await db.updateTable("inbox").set({ outcome: withheld }).where("id", "=", id).execute();
  return [withheld];
}

/** False when the limits of an answer did not grant it. */
async function apply(db: Db, effect: InboxEffect, at: At): Promise<boolean> {
  if ("limits" in effect && !(await dialectOf(db).takeTokens(db, effect.limits, { count: 1, now: Number(at.now) })).ok)
    return false;
  await perform(db, effect, at);
  return true;
}

async function perform(db: Db, effect: InboxEffect, at: At): Promise<void> {
  switch (effect.type) {
    case "bounce":
      return bounce(db, effect, at.now);
    case "complain":
      return complain(db, effect.subscriberId, at);
    case "change":
      return change(db, effect, at.now);
    case "signup": {
      const hash = hashAddress(at.key, effect.request.address);
      const mail = effect.reply(await begin(db, effect.request, { hash, now: at.now }));
      return mail === null ? undefined : enqueue(db, mail, at.now);
    }
    case "confirm":
      return void (await confirm(db, effect.signupId, at));
    case "reply":
      return enqueue(db, effect.mail, at.now);
  }
}

type Bounce = Extract<InboxEffect, { type: "bounce" }>;

async function bounce(db: Db, { subscriberId, damage, status }: Bounce, now: Date): Promise<void> {
  if ((await findById(db, subscriberId)) === null) return;
  if (damage === "soft") {
    await db
      .insertInto("soft_bounces")
      .values({ subscriber_id: subscriberId, status, at: Number(now) })
      .execute();
  }
  if (damage === "hard" || (await isWornOut(db, subscriberId, now))) {
    await changeOthers(db, { subscriberId, change: { state: "bounced" } }, now);
    await db.deleteFrom("soft_bounces").where("subscriber_id", "=", subscriberId).execute();
  }
}

async function isWornOut(db: Db, subscriberId: number, now: Date): Promise<boolean> {
  const { bounces, first, last } = await db
    .selectFrom("soft_bounces")
    .select(({ fn }) => [fn.countAll<number>().as("bounces"), fn.min("at").as("first"), fn.max("at").as("last")])
    .where("subscriber_id", "=", subscriberId)
    .where("at", ">", Number(now) - SOFT_MEMORY_MS)
    .executeTakeFirstOrThrow();
  return bounces >= SOFT_MOST && (last ?? 0) - (first ?? 0) >= SOFT_SPAN_MS;
}

async function complain(db: Db, subscriberId: number, { key, now }: At): Promise<void> {
  const reader = await findById(db, subscriberId);
  if (reader === null) return;
  await sql`INSERT INTO suppressions (hash, since, reason)
    VALUES (${hashAddress(key, reader.address)}, ${Number(now)}, 'complained')
    ON CONFLICT (hash) DO UPDATE SET reason = 'complained'`.execute(db);
  await changeOne(db, { before: reader, change: { state: "gone" }, now });
}

interface Changing {
  readonly subscriberId: number;
  readonly change: SubscriberChange;
}

/** Whoever has left meanwhile is not brought back by a mail that was read before. */
async function change(db: Db, { subscriberId, change: wanted }: Changing, now: Date): Promise<void> {
  const before = await findById(db, subscriberId);
  const isReader = before?.state === "active" || before?.state === "paused";
  if (isReader || wanted.state === "gone") await changeOthers(db, { subscriberId, change: wanted }, now);
}

/** Who has left stays as they left. */
async function changeOthers(db: Db, { subscriberId, change: wanted }: Changing, now: Date): Promise<void> {
  const before = await findById(db, subscriberId);
  if (before === null || before.state === "gone" || before.state === "bounced") return;
  await changeOne(db, { before, change: wanted, now });
}
