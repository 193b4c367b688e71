import { sql } from "kysely";
import { utcDay } from "../../core/calendar.js";
import type { GrowthEvent, Subscriber } from "../store.js";
import type { Db } from "./database.js";

/** An event of one or more people. */
interface Counted {
  readonly event: GrowthEvent;
  readonly now: Date;
  readonly people?: number;
}

/** Counts an event on the UTC day of an instant. Only the number is kept, so that it survives the erasure of a person. */
export async function countEvent(db: Db, { event, now, people = 1 }: Counted): Promise<void> {
  if (people === 0) return;
  await sql`INSERT INTO growth (day, event, people) VALUES (${utcDay(now)}, ${event}, ${people})
    ON CONFLICT (day, event) DO UPDATE SET people = growth.people + excluded.people`.execute(db);
}

/** Counts that a person joined or left the list. */
export async function countChange(
  db: Db,
  { before, after }: { readonly before: Member | null; readonly after: Member | null },
  now: Date,
): Promise<void> {
  const [was, is] = [isOnList(before), isOnList(after)];
  if (was === is) return;
  if (is) await countEvent(db, { event: "joined", now });
  else if (after?.state !== "pending")
    await countEvent(db, { event: after?.state === "bounced" ? "bounced" : "left", now });
}

type Member = Pick<Subscriber, "state" | "origin">;

/** Whether a person gets letters of the list, now or after a pause. */
export function isOnList(person: Member | null): boolean {
  return person !== null && person.origin !== "named" && (person.state === "active" || person.state === "paused");
}

/** Counts all people who have joined and left, by event. */
export async function growthTotals(db: Db): Promise<Readonly<Partial<Record<GrowthEvent, number>>>> {
  const { rows } = await sql<{ event: GrowthEvent; people: number | string }>`
    SELECT event, CAST(SUM(people) AS BIGINT) AS people FROM growth GROUP BY event`.execute(db);
  return Object.fromEntries(rows.map(({ event, people }) => [event, Number(people)]));
}
