import { sql } from "kysely";
import type { GroupLetter, Plan, PrepareResult } from "../store.js";
import { type AudienceSql, audienceSql, type CellGroup, groupAudience, preparedAs } from "./audience.js";
import { addToArchive } from "./archive-add.js";
import type { Db } from "./database.js";
import { type CellRow, dialectOf } from "./dialect.js";
import { addressKey, hashAddress, sha256 } from "./parts.js";
import { suppressed } from "./subscribers.js";

/** Thrown in the transaction to roll it back when the counts do not add up; caught in editions.ts. */
export class Miscounted extends Error {
  override readonly name = "Miscounted";
}

/**
 * Freezes an edition and its letters and inserts the deliveries, in the caller's transaction.
 * @throws Miscounted when candidates differ from prepared + excluded; the transaction must be rolled back.
 */
export async function prepare(db: Db, plan: Plan, key: Buffer): Promise<PrepareResult> {
  const { edition } = plan;
  const known = await preparedAs(db, plan);
  const of = await audienceSql(db, plan.query);
  const groups = await groupAudience(db, plan.query, of);
  const letters = new Map(plan.letters.map((letter) => [letter.key, letter]));
  if (groups.length !== letters.size || groups.some(({ group }) => !letters.has(group.key))) return "audience-changed";
  if (known !== null) return addNamed(db, { editionRef: known, plan, of, groups });

  const editionRef = await insertEdition(db, plan);
  const letterIds = await insertLetters(db, editionRef, plan.letters);
  await insertDeliveries(db, { editionRef, plan, of, groups, letterIds });
  const missing = await insertUnknown(db, { editionRef, plan, key });
  const counts = await countAll(db, { editionRef, of, groups, letters, missing });
  const excluded = Object.values(counts.excluded).reduce((sum, readers) => sum + readers, 0);
  if (counts.candidates !== counts.prepared + excluded) throw new Miscounted(edition.id);
  await db
    .updateTable("editions")
    .set({ candidates: counts.candidates, prepared: counts.prepared, excluded: JSON.stringify(counts.excluded) })
    .where("id", "=", editionRef)
    .execute();
  await addToArchive(db, editionRef);
  await dialectOf(db).enqueueJobs(db, edition.id);
  return "prepared";
}

/** Adds deliveries for people named after the edition was prepared. The frozen edition stays unchanged. */
async function addNamed(db: Db, added: Omit<Deliveries, "letterIds">): Promise<PrepareResult> {
  const { editionRef, plan } = added;
  if (!plan.letters.some(({ letter }) => letter !== null)) return "already-prepared";
  const before = await countDeliveries(db, editionRef);
  await insertDeliveries(db, { ...added, letterIds: await insertLetters(db, editionRef, plan.letters) });
  const count = (await countDeliveries(db, editionRef)) - before;
  await sql`UPDATE editions SET candidates = candidates + ${count}, prepared = prepared + ${count}, closed = 0,
    send_before = CASE WHEN send_before < ${Number(plan.sendBefore)} THEN ${Number(plan.sendBefore)} ELSE send_before END
    WHERE id = ${editionRef}`.execute(db);
  await addToArchive(db, editionRef);
  await dialectOf(db).enqueueJobs(db, plan.edition.id);
  return "prepared";
}

async function countDeliveries(db: Db, editionRef: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM deliveries WHERE edition_ref = ${editionRef}`.execute(db);
  return rows[0]?.count ?? 0;
}

async function insertEdition(db: Db, { edition, channel, now, sendBefore, days }: Plan): Promise<number> {
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
  const rows = [...new Set(days)].map((day) => ({ channel, day, edition_ref: id }));
  if (rows.length > 0) await db.insertInto("covered_days").values(rows).execute();
  return id;
}

/** Returns the letter ids by group key; groups without a letter are missing. */
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

interface Deliveries {
  readonly editionRef: number;
  readonly plan: Plan;
  readonly of: AudienceSql;
  readonly groups: readonly CellGroup[];
  readonly letterIds: ReadonlyMap<string, number>;
}

async function insertDeliveries(db: Db, { editionRef, plan, of, groups, letterIds }: Deliveries): Promise<void> {
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
    SELECT ${editionRef}, s.id, c.letter_id, 'pending', ${Number(plan.now)}
    FROM subscribers s ${joinCells}
      ON c.view_id = s.view_id AND c.signature = ${of.signature} AND c.day_index = ${of.dayIndex}
    WHERE ${of.isCandidate} AND ${of.eligibility} = 'active' AND c.letter_id IS NOT NULL ORDER BY s.id`.execute(db);
  await sql`INSERT INTO deliveries (edition_ref, subscriber_id, state, detail, changed_at)
    SELECT ${editionRef}, s.id, 'suppressed', ${of.eligibility}, ${Number(plan.now)} FROM subscribers s
    WHERE ${of.isNamed} AND ${of.eligibility} IN ('gone', 'bounced', 'suppressed')`.execute(db);
}

interface UnknownRecipients {
  readonly editionRef: number;
  readonly plan: Plan;
  readonly key: Buffer;
}

/** Handles named people without a row: erased ones get a suppressed delivery that does not identify them. */
async function insertUnknown(
  db: Db,
  { editionRef, plan, key }: UnknownRecipients,
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

interface Counting {
  readonly editionRef: number;
  readonly of: AudienceSql;
  readonly groups: readonly CellGroup[];
  readonly letters: ReadonlyMap<string, GroupLetter>;
  readonly missing: { readonly erased: number; readonly unknown: number };
}

interface Counts {
  readonly candidates: number;
  readonly prepared: number;
  readonly excluded: Readonly<Record<string, number>>;
}

/** Counts each number by its own query, so that none is derived from the others. */
async function countAll(db: Db, { editionRef, of, groups, letters, missing }: Counting): Promise<Counts> {
  const totals = await sql<{ candidates: number; prepared: number }>`
    SELECT (SELECT count(*) FROM subscribers s WHERE ${of.isCandidate}) AS candidates,
      (SELECT count(*) FROM deliveries WHERE edition_ref = ${editionRef}) AS prepared`.execute(db);
  const inactive = await sql<{ reason: string; readers: number }>`
    SELECT ${of.eligibility} AS reason, count(*) AS readers FROM subscribers s
    WHERE ${of.isCandidate} AND ${of.eligibility} <> 'active'
      AND NOT (${of.isNamed} AND ${of.eligibility} IN ('gone', 'bounced', 'suppressed')) GROUP BY 1`.execute(db);
  const withoutLetter = groups.flatMap(({ group: { key, readers } }) => {
    const letter = letters.get(key);
    return letter?.letter === null ? [{ reason: letter.excluded ?? "no-match", readers }] : [];
  });
  const excluded: Record<string, number> = missing.unknown > 0 ? { unknown: missing.unknown } : {};
  for (const { reason, readers } of [...inactive.rows, ...withoutLetter]) {
    excluded[reason] = (excluded[reason] ?? 0) + readers;
  }
  const { candidates = 0, prepared = 0 } = totals.rows[0] ?? {};
  return { candidates: candidates + missing.erased + missing.unknown, prepared, excluded };
}
