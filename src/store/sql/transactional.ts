import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type { TransactionalStore, TransactionalClaim, TransactionalMail, TransactionalSettlement } from "../store.js";
import type { Connection, Db } from "./database.js";
import { dialectOf } from "./dialect.js";
import { withoutZeroBytes } from "./parts.js";

/** Opens the queue of transactional mails of a database. A mail in a final state has neither address nor content. */
export function openTransactional(connection: Connection): TransactionalStore {
  return {
    enqueue: (mail, now) => connection.write((db) => enqueue(db, mail, now)),
    claim: (query) => connection.write((db) => claim(db, query)),
    settle: (results, now) =>
      connection.write(async (db) => {
        for (const result of results) await settle(db, result, now);
      }),
    waiting: () =>
      connection.read(async (db) => {
        const { mails, since } = await db
          .selectFrom("transactional_mails")
          .select(({ fn }) => [fn.countAll<number>().as("mails"), fn.min("created_at").as("since")])
          .where("state", "in", ["pending", "deferred", "claimed"])
          .executeTakeFirstOrThrow();
        return { mails, since: since === null ? null : new Date(since) };
      }),
  };
}

/** Queues a mail. */
export async function enqueue(db: Db, { sendBefore, kind, ...body }: TransactionalMail, now: Date): Promise<void> {
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

async function claim(db: Db, { limit, now, leaseMs }: Query): Promise<readonly TransactionalClaim[]> {
  const at = Number(now);
  await endOverdue(db, at);
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

/** Expires mails past their deadline. Mails of dead senders become `uncertain`, because they may have been sent. */
async function endOverdue(db: Db, at: number): Promise<void> {
  const over = { body: null, address_key: null, next_at: null, changed_at: at };
  await db
    .updateTable("transactional_mails")
    .set({ ...over, state: "expired" })
    .where("state", "in", ["pending", "deferred"])
    .where("send_before", "<=", at)
    .execute();
  await db
    .updateTable("transactional_mails")
    .set({ ...over, state: "uncertain", detail: "its sender ended before the server answered" })
    .where("state", "=", "claimed")
    .where("lease_until", "<=", dialectOf(db).wallClock())
    .execute();
}

async function settle(db: Db, { claim: { id, claimId }, state, detail, nextAt }: TransactionalSettlement, now: Date) {
  const waits = state === "deferred";
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
