import { PaperboyError } from "../../core/errors.js";
import { editionResult } from "../../editions/results.js";
import type { SavedEdition, Store } from "../../store/store.js";
import { fit, table } from "../../core/text.js";
import type { Outcome } from "../../commands/command.js";
import { placed } from "./facts.js";
import { tellEditions } from "./page.js";

const MOST_DELIVERIES = 200;

/** The editions of an id: one for each channel that it went out on. */
export async function findEditions(store: Store, editionId: string): Promise<readonly SavedEdition[]> {
  const found = await Promise.all(
    (["smtp", "outbox"] as const).map((channel) => store.editions.find({ editionId, channel })),
  );
  const saved = found.filter((edition) => edition !== null);
  if (saved.length > 0) return saved;
  throw new PaperboyError("usage", {
    message: `no edition ${editionId} is known`,
    hint: "See `paperboy status` for the last ones.",
  });
}

/** `paperboy status EDITION`: its counts, and every delivery that is not simply sent. */
export async function statusOfEdition(store: Store, editionId: string, width: number): Promise<Outcome> {
  const saved = await findEditions(store, editionId);
  const editions = await Promise.all(
    saved.map(async (edition) => ({ ...(await editionResult(edition, store)), ...placed(edition) })),
  );
  const lines = [...tellEditions(editions, width), ...(await deliveriesOf(store, editionId))];
  return { message: `edition ${editionId}`, data: `${lines.join("\n")}\n`, result: { editions } };
}

/** The deliveries that are not simply sent, and why. */
async function deliveriesOf(store: Store, editionId: string): Promise<string[]> {
  const lines: string[][] = [];
  for (const state of ["deferred", "refused", "uncertain", "suppressed", "expired", "pending", "claimed"] as const) {
    const rows = await store.ledger.list({ editionId, state, after: 0, limit: MOST_DELIVERIES });
    for (const { address, attempts, nextAt, detail } of rows) {
      const next = nextAt === null ? "" : `again at ${nextAt.toISOString().slice(0, 16)}Z`;
      const tries = `${attempts} ${attempts === 1 ? "try" : "tries"}`;
      lines.push([address ?? "(erased)", state, tries, next, fit(detail ?? "", 80)]);
    }
  }
  return lines.length === 0 ? [] : ["", table(lines)];
}
