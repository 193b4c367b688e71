import { PaperboyError } from "../../core/errors.js";
import { editionResult } from "../../editions/results.js";
import type { SavedEdition, Store } from "../../store/store.js";
import type { Outcome } from "../../core/outcome.js";
import { counted, fit, table } from "../../core/text.js";
import { deliveryTimes } from "./facts.js";
import { editionLines } from "./page.js";

const MAX_DELIVERIES = 200;

/**
 * Returns the saved editions with an id, one per channel.
 * @throws PaperboyError `usage` if there is none.
 */
export async function findEditions(
  { editions }: Pick<Store, "editions">,
  editionId: string,
): Promise<readonly [SavedEdition, ...SavedEdition[]]> {
  const found = await Promise.all(
    (["smtp", "outbox"] as const).map((channel) => editions.find({ editionId, channel })),
  );
  const [first, ...rest] = found.filter((edition) => edition !== null);
  if (first !== undefined) return [first, ...rest];
  throw new PaperboyError("usage", {
    message: `no edition ${editionId} is known`,
    hint: "`paperboy status` lists the last editions.",
  });
}

type StatusStore = Pick<Store, "editions" | "ledger">;

/** `paperboy status EDITION`: its counts, and every delivery that was not sent, with its reason. */
export async function statusOfEdition(store: StatusStore, editionId: string, width: number): Promise<Outcome> {
  const saved = await findEditions(store, editionId);
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
