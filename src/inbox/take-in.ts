import type { Clock } from "../core/model.js";
import type { InboxStore } from "../store/store.js";
import { decide } from "./decide.js";
import type { Desk } from "./decide.js";
import { readMail } from "./read.js";
import { sortMail } from "./sort.js";
import type { Identity } from "./tokens.js";

/** Mails in the place that they came to, so many as are held in memory at once. */
export interface ArrivedLot {
  /** Each mail, or the part of a very long one that is looked at. */
  readonly mails: readonly Buffer[];
  /** Tells the place that these mails are dealt with; only called when nothing of them can be lost any more. */
  handled(): Promise<void>;
}

/** Where mails come from: each is given once, in any order; the next lot is asked for when this one was dealt with. */
export type MailSource = AsyncIterable<ArrivedLot>;

export interface TakingIn extends Omit<Desk, "identity" | "store"> {
  readonly store: Desk["store"] & { readonly inbox: InboxStore };
  /** Asked anew for each lot: keys change while a long lot of mails is read. */
  readonly identity: () => Promise<Identity>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How many mails were there, and how those that were settled ended. */
export interface TakenIn {
  readonly arrived: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** So many mails are held in memory at once: of the longest, 12 MB. */
export const LOT = 25;

/**
 * Takes in all mails of a place. Each is kept first, then what follows of it is done and marked in one step, and only then
 * its place is told: whatever dies in between, the next call goes on there, and nothing is lost or done twice.
 */
export async function takeIn(source: MailSource, parts: TakingIn): Promise<TakenIn> {
  const outcomes: Record<string, number> = {};
  let arrived = 0;
  // What an earlier call kept and did not come to.
  await settleKept(parts, outcomes);
  for await (const lot of source) {
    if (parts.signal.aborted) break;
    await parts.store.inbox.keep(lot.mails, parts.clock());
    await settleKept(parts, outcomes);
    await lot.handled();
    arrived += lot.mails.length;
  }
  return { arrived, outcomes };
}

async function settleKept(parts: TakingIn, outcomes: Record<string, number>): Promise<void> {
  for (;;) {
    const kept = await parts.store.inbox.pending(LOT);
    if (kept.length === 0) return;
    const identity = await parts.identity();
    const settlements = [];
    for (const { id, raw } of kept) {
      const finding = sortMail(await readMail(raw), identity);
      settlements.push({ id, ...(await decide(finding, { ...parts, identity })) });
    }
    const ended = await parts.store.inbox.settle(settlements, parts.clock());
    for (const outcome of ended) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}
