import { failureOf } from "../core/errors.js";
import type { PaperboyError } from "../core/errors.js";
import type { Clock } from "../core/model.js";
import type { InboxStore } from "../store/store.js";
import { classifyMail } from "./classify.js";
import { handle } from "./handle.js";
import type { InboxContext } from "./handle.js";
import { readMail } from "./read.js";
import type { InboxIdentity } from "./tokens.js";

/** The mails that are held in memory at a time. */
export interface MailBatch {
  /** Each mail, or the first `MAX_BYTES` of it. */
  readonly mails: readonly Buffer[];
  /** Marks these mails as handled at their source. Called after they are settled in the store. */
  markHandled(): Promise<void>;
}

/** Yields each mail once, in any order. The next batch is requested after the previous one was handled. */
export type MailSource = AsyncIterable<MailBatch>;

export interface IngestContext extends Omit<InboxContext, "identity" | "store"> {
  readonly store: InboxContext["store"] & { readonly inbox: InboxStore };
  /** Called for each batch, since keys can change while a long source is read. */
  readonly identity: () => Promise<InboxIdentity>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The number of mails read, and of mails settled per outcome. */
export interface IngestResult {
  arrived: number;
  readonly outcomes: Record<string, number>;
}

/** Mails per batch: at most 12 MB. */
export const BATCH_SIZE = 25;

/**
 * Reads all mails of a source. Stores each mail, then applies its effects and settles it in one transaction, and then marks it
 * as handled at its source. If a call is interrupted at any point, the next one continues; no mail is lost, and no effect is
 * applied twice.
 * @param result accumulates the counts, which remain if the source fails.
 */
export async function ingest(
  source: MailSource,
  context: IngestContext,
  result: IngestResult = { arrived: 0, outcomes: {} },
): Promise<IngestResult> {
  let unmarked: PaperboyError | null = null;
  // Settle the mails that an interrupted call stored.
  await settlePending(context, result.outcomes);
  for await (const batch of source) {
    if (context.signal.aborted) break;
    await context.store.inbox.keep(batch.mails, context.clock());
    await settlePending(context, result.outcomes);
    result.arrived += batch.mails.length;
    // A mail that cannot be marked is still handled. The store recognises it when it is read again.
    unmarked ??= await batch.markHandled().then(() => null, failureOf);
  }
  if (unmarked !== null) throw unmarked;
  return result;
}

async function settlePending(context: IngestContext, outcomes: Record<string, number>): Promise<void> {
  for (;;) {
    const pending = await context.store.inbox.pending(BATCH_SIZE);
    if (pending.length === 0) return;
    const identity = await context.identity();
    const settlements = [];
    for (const { id, raw } of pending) {
      const found = classifyMail(await readMail(raw), identity);
      settlements.push({ id, ...(await handle(found, { ...context, identity })) });
    }
    const settled = await context.store.inbox.settle(settlements, context.clock());
    for (const outcome of settled) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}
