import { DELIVERY_STATES } from "../core/model.js";
import type { DeliveryState } from "../core/model.js";
import type { DeliveryRow, EditionKey, LedgerCounts, Store } from "../store/store.js";

/** The letters of one edition to explicit recipients. */
export interface RecipientLetters {
  readonly counts: LedgerCounts;
  /** Recipients without a delivery who left or were erased; counted as suppressed. */
  readonly left: number;
  /** Recipients who get no letter for now, by state: `paused`, `pending`. */
  readonly inactive: Readonly<Record<string, number>>;
}

export const NO_DELIVERIES: LedgerCounts = {
  prepared: 0,
  ...(Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Omit<LedgerCounts, "prepared">),
};

/** Counts the letters of an edition to these addresses. */
export async function lettersTo(
  addresses: readonly string[],
  { editionId, channel, now }: EditionKey & { readonly now: Date },
  { ledger, subscribers }: Pick<Store, "ledger" | "subscribers">,
): Promise<RecipientLetters> {
  const counts = { ...NO_DELIVERIES };
  const inactive: Record<string, number> = {};
  let left = 0;
  for (const address of addresses) {
    const subscriber = await subscribers.find(address);
    const rows = subscriber
      ? await ledger.list({ editionId, subscriberId: subscriber.id, after: 0, limit: CHANNELS })
      : [];
    const row = rows.find((one) => one.channel === channel);
    const state = subscriber?.state ?? "unknown";
    const hasResumed = state === "paused" && subscriber?.pausedUntil != null && subscriber.pausedUntil <= now;
    if (row) counts[stateOf(row)] += 1;
    else if (state === "gone" || state === "bounced" || (await subscribers.isSuppressed(address))) left += 1;
    else if (!hasResumed && (state === "paused" || state === "pending")) inactive[state] = (inactive[state] ?? 0) + 1;
  }
  counts.suppressed += left;
  counts.prepared = DELIVERY_STATES.reduce((sum, state) => sum + counts[state], 0);
  return { counts, left, inactive };
}

/** The number of channels. A subscriber has at most one delivery of an edition on each. */
const CHANNELS = 2;

/** Returns the state of a delivery in results, where a claim is pending before the gate and uncertain after it. */
function stateOf({ state, gateAt }: DeliveryRow): DeliveryState {
  if (state !== "claimed") return state;
  return gateAt === null ? "pending" : "uncertain";
}
