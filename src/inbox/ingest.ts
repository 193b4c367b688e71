import { failureOf } from "../core/errors.js";
import type { PaperboyError } from "../core/errors.js";
import type { Clock } from "../core/model.js";
import type { InboxStore } from "../store/store.js";
import { classifyMail } from "./classify.js";
import { handle } from "./handle.js";
import type { InboxContext } from "./handle.js";
import { readMail } from "./read.js";
import type { InboxIdentity } from "./tokens.js";

/** Mails that are held in memory at once. */
export interface MailBatch {
  /** Each mail, or the first `MAX_BYTES` of it. */
  readonly mails: readonly Buffer[];
  /** Marks these mails as handled at their source. Called once they are settled in the store. */
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

/** The number of mails that were read, and of those that were settled by outcome. */
export interface IngestResult {
  arrived: number;
  readonly outcomes: Record<string, number>;
}

/** Mails per batch: at most 12 MB. */
export const BATCH_SIZE = 25;

/**
 * Reads all mails of a source. Each mail is first kept in the store, then its effects are applied and it is settled in one
 * transaction, and only then is it marked as handled at its source. A call that is interrupted at any point is continued by
 * the next one, without losing a mail or applying its effects twice.
 * @param result is added to, also when the source fails in between.
 */
export async function ingest(
  source: MailSource,
  context: IngestContext,
  result: IngestResult = { arrived: 0, outcomes: {} },
): Promise<IngestResult> {
  let unmarked: PaperboyError | null = null;
  // Mails that an interrupted call kept.
  await settlePending(context, result.outcomes);
  for await (const batch of source) {
    if (context.signal.aborted) break;
    await context.store.inbox.keep(batch.mails, context.clock());
    await settlePending(context, result.outcomes);
    result.arrived += batch.mails.length;
    // A mail that cannot be marked is handled all the same, and recognised when it is read again.
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
