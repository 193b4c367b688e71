import { createHash } from "node:crypto";
import type { InboxEffect, InboxSettlement, InboxStore } from "../store.js";
import { forgetBounces, recordBounce } from "./bounces.js";
import type { Db, StoreParts } from "./database.js";
import { countEvent } from "./growth.js";
import { enqueue } from "./transactional.js";
import { begin, confirm } from "./signups.js";
import { changeOne, findById } from "./subscribers.js";
import { takeTokens } from "./token-buckets.js";

/** Opens the incoming mails of a database. A settled mail keeps its hash and its outcome, but not its content. */
export function openInbox({ connection, guard, key }: StoreParts): InboxStore {
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
      guard.assign(async (db) => {
        const outcomes: string[] = [];
        for (const settlement of settlements) outcomes.push(...(await settle(db, settlement, { key, now })));
        await forgetBounces(db, now);
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

interface SettleContext {
  readonly key: Buffer;
  readonly now: Date;
}

/** Returns the outcome of a mail; empty if another process has settled it. */
async function settle(
  db: Db,
  { id, outcome, effects }: InboxSettlement,
  context: SettleContext,
): Promise<readonly string[]> {
  const marked = await db
    .updateTable("inbox")
    .set({ outcome, raw: null, settled_at: Number(context.now) })
    .where("id", "=", id)
    .where("outcome", "is", null)
    .executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return [];
  let isWithheld = false;
  for (const effect of effects) isWithheld = !(await apply(db, effect, context)) || isWithheld;
  if (!isWithheld) return [outcome];
  const withheld = `${outcome}, not answered`;
  await db.updateTable("inbox").set({ outcome: withheld }).where("id", "=", id).execute();
  return [withheld];
}

/** Applies an effect. Returns false if its rate limits refused it. */
async function apply(db: Db, effect: InboxEffect, context: SettleContext): Promise<boolean> {
  if ("limits" in effect && !(await takeTokens(db, effect.limits, { count: 1, now: context.now })).ok) return false;
  await perform(db, effect, context);
  return true;
}

async function perform(db: Db, effect: InboxEffect, context: SettleContext): Promise<void> {
  switch (effect.type) {
    case "bounce":
      return recordBounce(db, effect, context.now);
    case "change":
      return change(db, effect, context.now);
    case "complaint":
      return countEvent(db, { event: "complained", now: context.now });
    case "signup": {
      const mail = effect.reply(await begin(db, effect.request, context));
      return mail === null ? undefined : enqueue(db, mail, context.now);
    }
    case "confirm":
      return void (await confirm(db, effect.signupId, context));
    case "reply":
      return enqueue(db, effect.mail, context.now);
  }
}

/** Changes a reader. Does not bring back one who has left in the meantime; a reader who is not confirmed can only leave. */
async function change(
  db: Db,
  { subscriberId, change }: Extract<InboxEffect, { type: "change" }>,
  now: Date,
): Promise<void> {
  const before = await findById(db, subscriberId);
  if (before === null || before.state === "gone" || before.state === "bounced") return;
  if (before.state !== "pending" || change.state === "gone") await changeOne(db, { before, change, now });
}
