import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { PushClaim, PushSettlement, PushStore } from "../store.js";
import type { Connection, Db, Guard } from "./database.js";
import { dialectOf } from "./dialect.js";
import { dateOf, withoutZeroBytes } from "./parts.js";

/** Opens the pushes of a database. The restore guard protects every method after which a push may be sent. */
export function openPushes(connection: Connection, guard: Guard): PushStore {
  return {
    plan: (query, now) => guard.write((db) => plan(db, query, now)),
    claim: (query) => guard.write((db) => claim(db, query)),
    recover: (now) => guard.write((db) => recover(db, now)),
    gate: (query) => connection.write((db) => gate(db, query)),
    settle: (result, now) => connection.write((db) => settle(db, result, now)),
    retry: (query, now) => guard.write((db) => retry(db, query, now)),
    list: (query) => connection.read((db) => list(db, query)),
  };
}

type Args<Name extends keyof PushStore> = Parameters<PushStore[Name]>[0];

async function plan(db: Db, { editionId, targets, sendBefore }: Args<"plan">, now: Date): Promise<number> {
  let planned = 0;
  for (const target of targets) {
    const added = await db
      .insertInto("pushes")
      .values({
        edition_id: editionId,
        target,
        state: "pending",
        send_before: Number(sendBefore),
        changed_at: Number(now),
      })
      .onConflict((conflict) => conflict.columns(["edition_id", "target"]).doNothing())
      .executeTakeFirst();
    planned += Number(added.numInsertedOrUpdatedRows ?? 0);
  }
  return planned;
}

async function claim(db: Db, { targets, now, leaseMs }: Args<"claim">): Promise<PushClaim | null> {
  const at = Number(now);
  await releaseClaims(db, at);
  await expire(db, at);
  if (targets.length === 0) return null;
  const due = await db
    .selectFrom("pushes")
    .select(["id", "edition_id", "target", "attempts", "send_before"])
    .where("target", "in", targets)
    .where((eb) =>
      eb.or([eb("state", "=", "pending"), eb.and([eb("state", "=", "deferred"), eb("next_at", "<=", at)])]),
    )
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  if (due === undefined) return null;
  const claimId = randomUUID();
  const attempt = due.attempts + 1;
  await db
    .updateTable("pushes")
    .set({
      state: "claimed",
      claim_id: claimId,
      lease_until: sql<number>`${dialectOf(db).wallClock()} + ${leaseMs}`,
      attempts: attempt,
    })
    .set({ next_at: null, gate_at: null, changed_at: at })
    .where("id", "=", due.id)
    .execute();
  const { id, edition_id: editionId, target, send_before } = due;
  return { id, claimId, editionId, target, attempt, sendBefore: new Date(send_before) };
}

/**
 * Releases the claims of dead senders, as `pending` before the gate and as `uncertain` after it, because the push may have been
 * sent.
 */
async function releaseClaims(db: Db, at: number, whose: "overdue" | "all" = "overdue") {
  const abandoned = () => {
    const claimed = db.updateTable("pushes").where("state", "=", "claimed");
    return whose === "all" ? claimed : claimed.where("lease_until", "<=", dialectOf(db).wallClock());
  };
  const released = { claim_id: null, lease_until: null, changed_at: at };
  await abandoned()
    .set({ ...released, state: "pending" })
    .where("gate_at", "is", null)
    .execute();
  return abandoned()
    .set({ ...released, state: "uncertain", detail: ABANDONED })
    .returning(["edition_id", "target"])
    .execute();
}

const ABANDONED = "its sender ended before an answer came";

async function recover(db: Db, now: Date) {
  const lost = await releaseClaims(db, Number(now), "all");
  return lost.map(({ edition_id: editionId, target }) => ({ editionId, target, detail: ABANDONED }));
}

async function expire(db: Db, at: number): Promise<void> {
  await db
    .updateTable("pushes")
    .set({ state: "expired", next_at: null, changed_at: at })
    .where("state", "in", ["pending", "deferred"])
    .where("send_before", "<=", at)
    .execute();
}

async function gate(db: Db, { claim: { id, claimId }, now, leaseMs }: Args<"gate">): Promise<boolean> {
  const wall = dialectOf(db).wallClock();
  const passed = await db
    .updateTable("pushes")
    .set({ gate_at: Number(now), lease_until: sql<number>`${wall} + ${leaseMs}`, changed_at: Number(now) })
    .where("id", "=", id)
    .where("claim_id", "=", claimId)
    .where("state", "=", "claimed")
    .where("lease_until", ">", wall)
    .executeTakeFirst();
  return passed.numUpdatedRows > 0n;
}

async function settle(db: Db, { claim: key, state, detail, nextAt }: PushSettlement, now: Date): Promise<void> {
  await db
    .updateTable("pushes")
    .set({ state, detail: withoutZeroBytes(detail), next_at: state === "deferred" ? Number(nextAt ?? now) : null })
    .set({ claim_id: null, lease_until: null, changed_at: Number(now) })
    .where("id", "=", key.id)
    .where("claim_id", "=", key.claimId)
    .where("state", "=", "claimed")
    .execute();
}

/** The states from which an operator can queue a push again. */
const RETRIABLE = ["skipped", "deferred", "refused", "uncertain", "expired"] as const;

async function retry(db: Db, { editionId, target, sendBefore }: Args<"retry">, now: Date): Promise<boolean> {
  const updated = await db
    .updateTable("pushes")
    .set({ state: "pending", attempts: 0, next_at: null, detail: null })
    .set({ send_before: Number(sendBefore), changed_at: Number(now) })
    .where("edition_id", "=", editionId)
    .where("target", "=", target)
    .where("state", "in", RETRIABLE)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

async function list(db: Db, { editionId, limit }: Args<"list">) {
  const all = db.selectFrom("pushes").selectAll().orderBy("id", "desc").limit(limit);
  const rows = await (editionId === undefined ? all : all.where("edition_id", "=", editionId)).execute();
  return rows.map(({ edition_id, target, state, attempts, next_at, detail, changed_at }) => ({
    editionId: edition_id,
    target,
    state,
    attempts,
    nextAt: dateOf(next_at),
    detail,
    changedAt: new Date(changed_at),
  }));
}
