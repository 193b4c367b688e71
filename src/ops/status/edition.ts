import { PaperboyError } from "../../core/errors.js";
import { editionsNamed, nearbyEditions } from "../../editions/edition-name.js";
import type { EditionName } from "../../editions/edition-name.js";
import { editionResult } from "../../editions/results.js";
import type { SavedEdition, Store } from "../../store/store.js";
import type { Outcome } from "../../core/outcome.js";
import { counted, fit, table } from "../../core/text.js";
import { deliveryTimes } from "./facts.js";
import { editionLines } from "./page.js";

const MAX_DELIVERIES = 200;

/** The number of recent editions that are searched for a name that is not an id. */
const MOST_RECENT = 500;

/**
 * Returns the id of a saved edition.
 * @throws PaperboyError `usage` with the nearest editions if there is none of this name.
 */
export async function editionIdOf(store: Pick<Store, "editions">, name: EditionName): Promise<string> {
  const [{ edition }] = await findEditions(store, name);
  return edition.id;
}

/**
 * Returns the saved editions with a name, one per channel.
 * @throws PaperboyError `usage` with the nearest editions if there is none.
 */
export async function findEditions(
  { editions }: Pick<Store, "editions">,
  name: EditionName,
): Promise<readonly [SavedEdition, ...SavedEdition[]]> {
  const found = await Promise.all(
    (["smtp", "outbox"] as const).map((channel) => editions.find({ editionId: name.id, channel })),
  );
  const exact = found.filter((edition) => edition !== null);
  const recent = exact.length > 0 ? [] : await editions.recent(MOST_RECENT);
  const [first, ...rest] = [...exact, ...editionsNamed(recent, name, ({ edition }) => edition)];
  if (first !== undefined) return [first, ...rest];
  const near = nearbyEditions(
    name,
    recent.map(({ edition }) => edition.id),
  );
  throw new PaperboyError("usage", {
    message: `unknown edition ${name.id}${near}`,
    hint: recent.length === 0 ? "`paperboy run` prepares an edition." : "`paperboy status` lists the last editions.",
  });
}

type StatusStore = Pick<Store, "editions" | "ledger">;

/** `paperboy status EDITION`: shows the counts of an edition and every delivery that was not sent, with its reason. */
export async function statusOfEdition(store: StatusStore, name: EditionName, width: number): Promise<Outcome> {
  const saved = await findEditions(store, name);
  const editionId = saved[0].edition.id;
  const editions = await Promise.all(
    saved.map(async (edition) => ({ ...(await editionResult(edition, store)), ...deliveryTimes(edition) })),
  );
  const lines = [...editionLines(editions, width), ...(await deliveriesOf(store, editionId))];
  return { message: `edition ${editionId}`, data: `${lines.join("\n")}\n`, result: { editions } };
}

/** Returns a table of the deliveries that were not sent. */
async function deliveriesOf({ ledger }: Pick<Store, "ledger">, editionId: string): Promise<string[]> {
  const lines: string[][] = [];
  for (const state of ["deferred", "refused", "uncertain", "suppressed", "expired", "pending", "claimed"] as const) {
    const rows = await ledger.list({ editionId, state, after: 0, limit: MAX_DELIVERIES });
    for (const { address, attempts, nextAt, detail } of rows) {
      const next = nextAt === null ? "" : `next attempt at ${nextAt.toISOString().slice(0, 16)}Z`;
      const tries = counted(attempts, "attempt");
      lines.push([address ?? "(erased)", state, tries, next, fit(detail ?? "", 80)]);
    }
  }
  return lines.length === 0 ? [] : ["", table(lines)];
}
