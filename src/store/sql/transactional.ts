import { randomUUID } from "node:crypto";
import { type Selectable, sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type {
  TransactionalStore,
  TransactionalClaim,
  TransactionalMail,
  TransactionalSettlement,
  WaitingMails,
} from "../store.js";
import { countSentConfirmation, dropQueuedConfirmations } from "./confirmations.js";
import type { Db, StoreParts } from "./database.js";
import { dialectOf } from "./dialect.js";
import { dateOf, withoutZeroBytes } from "./parts.js";
import type { Tables } from "./tables.js";
import { hashOfView } from "./views.js";

/** The queue of transactional mails in a database. A mail that has ended keeps neither address nor content. */
export function openTransactional({ connection, key }: Pick<StoreParts, "connection" | "key">): TransactionalStore {
  return {
    enqueue: (mail, now) => connection.write((db) => enqueue(db, mail, now)),
    enqueueAboutView: ({ mail, about }, now) =>
      connection.write(async (db) => {
        const { rows } = await sql<{ id: number }>`UPDATE subscribers SET told_view_id = view_id
          WHERE id = ${about.id} AND view_id = (SELECT id FROM views WHERE hash = ${hashOfView(about.view)})
            AND (told_view_id IS NULL OR told_view_id <> view_id) RETURNING id`.execute(db);
        if (rows.length > 0) await enqueue(db, mail, now);
        return rows.length > 0;
      }),
    claim: (query) => connection.write((db) => claim(db, key, query)),
    settle: (results, now) =>
      connection.write(async (db) => {
        for (const result of results) await settle(db, result, { key, now });
      }),
    waiting: () => connection.read(waiting),
  };
}

async function waiting(db: Db): Promise<WaitingMails> {
  const rows = await db
    .selectFrom("transactional_mails")
    .select(["kind", "created_at", "next_at", "detail"])
    .where("state", "in", ["pending", "deferred", "claimed"])
    .orderBy("id")
    .execute();
  const dates = rows.flatMap(({ next_at: at }) => at ?? []);
  return {
    mails: rows.length,
    confirmations: rows.filter(({ kind }) => kind === "confirm").length,
    since: dateOf(rows[0]?.created_at ?? null),
    nextAt: dates.length === 0 ? null : new Date(Math.min(...dates)),
    detail: rows.find(({ detail }) => detail !== null)?.detail ?? null,
  };
}

/** Queues a mail. A confirmation replaces one of the same address that waits. */
export async function enqueue(db: Db, { sendBefore, kind, ...body }: TransactionalMail, now: Date): Promise<void> {
  if (kind === "confirm") await dropQueuedConfirmations(db, body.to);
  await db
    .insertInto("transactional_mails")
    .values({
      kind,
      address_key: addressKey(body.to),
      body: JSON.stringify(body),
      state: "pending",
      next_at: null,
      send_before: Number(sendBefore),
      claim_id: null,
      lease_until: null,
      detail: null,
      created_at: Number(now),
      changed_at: Number(now),
    })
    .execute();
}

type Query = Parameters<TransactionalStore["claim"]>[0];

async function claim(db: Db, key: Buffer, { limit, now, leaseMs }: Query): Promise<readonly TransactionalClaim[]> {
  const at = Number(now);
  await endOverdue(db, { key, now });
  const due = await db
    .selectFrom("transactional_mails")
    .select("id")
    .where((eb) =>
      eb.or([eb("state", "=", "pending"), eb.and([eb("state", "=", "deferred"), eb("next_at", "<=", at)])]),
    )
    .orderBy("id")
    .limit(limit)
    .execute();
  if (due.length === 0) return [];
  const claimId = randomUUID();
  const ids = due.map(({ id }) => id);
  const until = sql<number>`${dialectOf(db).wallClock()} + ${leaseMs}`;
  const taken = { state: "claimed", claim_id: claimId, next_at: null } as const;
  const rows = await db
    .updateTable("transactional_mails")
    .set((eb) => ({ ...taken, lease_until: until, attempts: eb("attempts", "+", 1), changed_at: at }))
    .where("id", "in", ids)
    .returning(["id", "kind", "body", "attempts", "send_before"])
    .execute();
  return rows
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, kind, body, attempts, send_before }) => {
      const mail = JSON.parse(body ?? "{}") as Omit<TransactionalMail, "kind" | "sendBefore">;
      return { ...mail, id, claimId, kind, attempt: attempts, sendBefore: new Date(send_before) };
    });
}

/** Expires mails past their deadline. Mails of dead senders may have been sent, so they end `uncertain`. */
async function endOverdue(db: Db, { key, now }: SettleContext): Promise<void> {
  const at = Number(now);
  const over = { body: null, address_key: null, next_at: null, changed_at: at };
  await db
    .updateTable("transactional_mails")
    .set({ ...over, state: "expired" })
    .where("state", "in", ["pending", "deferred"])
    .where("send_before", "<=", at)
    .execute();
  const isDead = sql<boolean>`state = 'claimed' AND lease_until <= ${dialectOf(db).wallClock()}`;
  const dead = await db.selectFrom("transactional_mails").select(["kind", "body"]).where(isDead).execute();
  for (const mail of dead) await countConfirmation(db, mail, { key, now });
  await db
    .updateTable("transactional_mails")
    .set({ ...over, state: "uncertain", detail: "its sender ended before the server answered" })
    .where(isDead)
    .execute();
}

/** Counts a mail that left, or may have left, if it asks to confirm a sign-up. */
async function countConfirmation(
  db: Db,
  { kind, body }: Pick<Selectable<Tables["transactional_mails"]>, "kind" | "body">,
  { key, now }: SettleContext,
): Promise<void> {
  if (kind !== "confirm" || body === null) return;
  const { to } = JSON.parse(body) as Pick<TransactionalMail, "to">;
  await countSentConfirmation(db, { address: to, key, now });
}

interface SettleContext {
  readonly key: Buffer;
  readonly now: Date;
}

async function settle(
  db: Db,
  { claim: { id, claimId }, state, detail, nextAt }: TransactionalSettlement,
  { key, now }: SettleContext,
): Promise<void> {
  const waits = state === "deferred";
  if (state === "sent" || state === "uncertain") {
    const claimed = db.selectFrom("transactional_mails").select(["kind", "body"]).where("id", "=", id);
    const mail = await claimed.where("claim_id", "=", claimId).where("state", "=", "claimed").executeTakeFirst();
    if (mail !== undefined) await countConfirmation(db, mail, { key, now });
  }
  await db
    .updateTable("transactional_mails")
    .set({
      state,
      detail: withoutZeroBytes(detail),
      next_at: waits ? Number(nextAt ?? now) : null,
      lease_until: null,
      changed_at: Number(now),
      ...(waits ? {} : { body: sql<null>`NULL`, address_key: null }),
    })
    .where("id", "=", id)
    .where("claim_id", "=", claimId)
    .where("state", "=", "claimed")
    .execute();
}
