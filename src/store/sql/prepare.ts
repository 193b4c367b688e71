import { sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type { GroupLetter, Plan, PrepareResult, SavedEdition } from "../store.js";
import { type CellGroup, findPrepared, groupSnapshot } from "./audience.js";
import { addToArchive } from "./archive-add.js";
import type { Db } from "./database.js";
import { type CellRow, dialectOf } from "./dialect.js";
import { hashAddress, sha256 } from "./parts.js";
import { suppressed } from "./subscribers.js";

/** Rolls back the transaction because the counts do not add up. Caught in editions.ts. */
export class CountMismatch extends Error {
  override readonly name = "CountMismatch";
}

/**
 * Freezes an edition and its letters, and inserts the deliveries of the readers in the snapshot, in the caller's transaction.
 * If the edition was already prepared, inserts deliveries only for readers who have none. A reader who left since the snapshot
 * gets a delivery, which becomes suppressed when it is claimed.
 * @throws CountMismatch if candidates differ from prepared + excluded. The transaction must be rolled back.
 */
export async function prepare(db: Db, plan: Plan, key: Buffer): Promise<PrepareResult> {
  const saved = await findPrepared(db, plan);
  const groups = await groupSnapshot(db, plan.query, plan.snapshot);
  const letters = new Map(plan.letters.map((letter) => [letter.key, letter]));
  if (groups.length !== letters.size || groups.some(({ group }) => !letters.has(group.key))) return "snapshot-lost";
  const forList = plan.query.frequency !== null;
  const isLate = saved !== null && (saved.for_list === 1 || !forList);
  if (isLate && !plan.letters.some(({ letter }) => letter !== null)) return "already-prepared";

  const before = saved === null ? 0 : await countDeliveries(db, saved.id);
  const readers = await countReaders(db, plan.snapshot);
  const editionRef = saved?.id ?? (await insertEdition(db, plan));
  await insertDays(db, editionRef, plan);
  await insertDeliveries(db, {
    editionRef,
    plan,
    groups,
    letterIds: await insertLetters(db, editionRef, plan.letters),
  });
  if (isLate) {
    await addLate(db, { editionRef, plan, added: (await countDeliveries(db, editionRef)) - before });
  } else {
    const missing = saved === null ? await insertUnknown(db, { editionRef, plan, key }) : { erased: 0, unknown: 0 };
    const excluded = sumExcluded([...readers.inactive, ...withoutLetter(groups, letters)], missing.unknown);
    const candidates = before + readers.candidates + missing.erased + missing.unknown;
    await saveCounts(db, { editionRef, plan, candidates, excluded });
  }
  await sql`DELETE FROM audience_snapshot`.execute(db);
  await sql`DELETE FROM newcomers WHERE EXISTS (SELECT 1 FROM deliveries d
    WHERE d.edition_ref = ${editionRef} AND d.subscriber_id = newcomers.subscriber_id)`.execute(db);
  await addToArchive(db, editionRef);
  await dialectOf(db).enqueueJobs(db, plan.edition.id);
  return "prepared";
}

interface Saving {
  readonly editionRef: number;
  readonly plan: Plan;
}

/** Counts explicit recipients who were added to an edition, and changes nothing else of it. */
async function addLate(db: Db, { editionRef, plan, added }: Saving & { readonly added: number }): Promise<void> {
  await sql`UPDATE editions SET candidates = candidates + ${added}, prepared = prepared + ${added}, closed = 0,
    send_before = CASE WHEN send_before < ${Number(plan.sendBefore)} THEN ${Number(plan.sendBefore)} ELSE send_before END
    WHERE id = ${editionRef}`.execute(db);
}

/**
 * Saves the edition with its counts. If the run for the list completes an edition that named people already had, it saves the
 * final state.
 * @throws CountMismatch
 */
async function saveCounts(
  db: Db,
  { editionRef, plan, candidates, excluded }: Saving & Pick<SavedEdition, "candidates" | "excluded">,
): Promise<void> {
  const prepared = await countDeliveries(db, editionRef);
  const left = Object.values(excluded).reduce((sum, readers) => sum + readers, 0);
  if (candidates !== prepared + left) throw new CountMismatch(plan.edition.id);
  await db
    .updateTable("editions")
    .set({ body: JSON.stringify(plan.edition), prepared_at: Number(plan.now), send_before: Number(plan.sendBefore) })
    .set({ candidates, prepared, excluded: JSON.stringify(excluded), closed: 0 })
    .set({ for_list: plan.query.frequency === null ? 0 : 1 })
    .where("id", "=", editionRef)
    .execute();
}

async function countDeliveries(db: Db, editionRef: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM deliveries WHERE edition_ref = ${editionRef}`.execute(db);
  return rows[0]?.count ?? 0;
}

async function insertEdition(db: Db, { edition, channel, now, sendBefore }: Plan): Promise<number> {
  const { id } = await db
    .insertInto("editions")
    .values({
      edition_id: edition.id,
      channel,
      body: JSON.stringify(edition),
      prepared_at: Number(now),
      send_before: Number(sendBefore),
      candidates: 0,
      excluded: "{}",
      prepared: 0,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function insertDays(db: Db, editionRef: number, { channel, days }: Plan): Promise<void> {
  const rows = [...new Set(days)].map((day) => ({ channel, day, edition_ref: editionRef }));
  if (rows.length === 0) return;
  await db
    .insertInto("covered_days")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Returns the letter ids by group key, without groups that get no letter. */
async function insertLetters(
  db: Db,
  editionRef: number,
  letters: readonly GroupLetter[],
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  for (const { key, letter, papers } of letters) {
    if (letter === null) continue;
    const body = JSON.stringify(letter);
    const row = { edition_ref: editionRef, body, hash: sha256(body) };
    const { id } = await db.insertInto("letters").values(row).returning("id").executeTakeFirstOrThrow();
    ids.set(key, id);
    const distinct = [...new Set(papers)].map((paper) => [id, paper]);
    await sql`INSERT INTO letter_papers (letter_id, paper) SELECT k.letter_id, k.paper
      FROM ${dialectOf(db).valuesTable(distinct, { letter_id: "integer", paper: "text" })}`.execute(db);
  }
  return ids;
}

interface Deliveries extends Saving {
  readonly groups: readonly CellGroup[];
  readonly letterIds: ReadonlyMap<string, number>;
}

async function insertDeliveries(db: Db, { editionRef, plan, groups, letterIds }: Deliveries): Promise<void> {
  const cells = groups.flatMap(({ group, cells }) =>
    cells.map(({ viewId, signature, dayIndex }): CellRow => [
      viewId,
      signature,
      dayIndex,
      letterIds.get(group.key) ?? null,
    ]),
  );
  const joinCells = await dialectOf(db).joinCells(db, cells);
  await sql`INSERT INTO deliveries (edition_ref, subscriber_id, letter_id, state, changed_at)
    SELECT ${editionRef}, a.subscriber_id, c.letter_id, 'pending', ${Number(plan.now)}
    FROM audience_snapshot a ${joinCells}
      ON c.view_id = a.view_id AND c.signature = a.signature AND c.day_index = a.day_index
    WHERE a.snapshot = ${plan.snapshot} AND a.eligibility = 'active' AND c.letter_id IS NOT NULL
    ORDER BY a.subscriber_id`.execute(db);
  await sql`INSERT INTO deliveries (edition_ref, subscriber_id, state, detail, changed_at)
    SELECT ${editionRef}, a.subscriber_id, 'suppressed', a.eligibility, ${Number(plan.now)} FROM audience_snapshot a
    WHERE a.snapshot = ${plan.snapshot} AND ${IS_SUPPRESSED}`.execute(db);
}

/** Whether a named person in the snapshot `a` gets a delivery in the state `suppressed`. */
const IS_SUPPRESSED = sql`a.is_named = 1 AND a.eligibility IN ('gone', 'bounced', 'suppressed')`;

/**
 * Inserts the deliveries of named people without a row. Erased people get a suppressed delivery that does not identify them.
 */
async function insertUnknown(
  db: Db,
  { editionRef, plan, key }: Saving & { readonly key: Buffer },
): Promise<{ readonly erased: number; readonly unknown: number }> {
  const named = [...new Set(plan.query.named.map(addressKey))];
  const { oneOf, valuesTable } = dialectOf(db);
  const { rows: known } = await sql<{ address: string }>`SELECT address_key AS address FROM subscribers
    WHERE address_key IN ${oneOf(named)}`.execute(db);
  const addresses = new Set(known.map(({ address }) => address));
  const unknown = named.filter((address) => !addresses.has(address));
  const hashes = unknown.map((address) => hashAddress(key, address));
  const erased = (await suppressed(db, hashes)).size;
  const ids = Array.from({ length: erased }, (_, index) => [-1 - index]);
  await sql`INSERT INTO deliveries (edition_ref, subscriber_id, state, detail, changed_at)
    SELECT ${editionRef}, k.id, 'suppressed', 'suppressed', ${Number(plan.now)}
    FROM ${valuesTable(ids, { id: "integer" })}`.execute(db);
  return { erased, unknown: unknown.length - erased };
}

interface Reason {
  readonly reason: string;
  readonly readers: number;
}

/** Counts the candidates, and the candidates who get no letter because of their state. */
async function countReaders(
  db: Db,
  snapshot: number,
): Promise<{ readonly candidates: number; readonly inactive: readonly Reason[] }> {
  const totals = await sql<{ candidates: number }>`
    SELECT count(*) AS candidates FROM audience_snapshot WHERE snapshot = ${snapshot}`.execute(db);
  const inactive = await sql<Reason>`
    SELECT a.eligibility AS reason, count(*) AS readers FROM audience_snapshot a
    WHERE a.snapshot = ${snapshot} AND a.eligibility <> 'active' AND NOT (${IS_SUPPRESSED}) GROUP BY 1`.execute(db);
  return { candidates: totals.rows[0]?.candidates ?? 0, inactive: inactive.rows };
}

function withoutLetter(groups: readonly CellGroup[], letters: ReadonlyMap<string, GroupLetter>): readonly Reason[] {
  return groups.flatMap(({ group: { key, readers } }) => {
    const letter = letters.get(key);
    return letter?.letter === null ? [{ reason: letter.excluded ?? "no-match", readers }] : [];
  });
}

function sumExcluded(reasons: readonly Reason[], unknown: number): Readonly<Record<string, number>> {
  const excluded: Record<string, number> = unknown > 0 ? { unknown } : {};
  for (const { reason, readers } of reasons) excluded[reason] = (excluded[reason] ?? 0) + readers;
  return excluded;
}
