import { PaperboyError } from "../../core/errors.js";
import type { Clock, Delivery } from "../../core/model.js";
import { backoffMs } from "../../core/retry.js";
import type { TransactionalClaim, TransactionalSettlement, TransactionalStore } from "../../store/store.js";
import type { Message } from "../message/body.js";
import { drainQueue } from "../queue.js";

export interface TransactionalParts {
  readonly transactional: TransactionalStore;
  /** Sends one message. Rejects with `send-incomplete` if no message can be sent now. */
  readonly send: (message: Message) => Promise<Delivery>;
  readonly compose: (mail: TransactionalClaim) => Promise<Message>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The number of mails claimed at once. Other processes can claim the rest. */
const BATCH = 10;

/** Longer than a mail server usually needs for ten mails (RFC 5321 section 4.5.3.2 allows ten minutes for one). */
const LEASE_MS = 15 * 60_000;

/**
 * Sends the transactional mails that are due. Never repeats a mail that may have arrived. If the mail server is unavailable,
 * defers the mails.
 * @returns the number of accepted mails.
 * @throws the errors of the store.
 */
export async function drainTransactional(parts: TransactionalParts): Promise<number> {
  const { transactional, clock, signal } = parts;
  let unavailable: string | null = null;
  const settled = await drainQueue<TransactionalClaim, TransactionalSettlement>({
    claim: () => transactional.claim({ limit: BATCH, now: clock(), leaseMs: LEASE_MS }),
    attempt: async (claim) => {
      if (unavailable !== null) return defer(claim, unavailable, clock());
      try {
        const { state, detail } = await parts.send(await parts.compose(claim));
        const isFinal = state === "sent" || state === "refused" || state === "uncertain";
        return isFinal ? { claim, state, detail } : defer(claim, detail, clock());
      } catch (error) {
        if (!(error instanceof PaperboyError)) throw error;
        // A mail that cannot be composed must not block the others.
        if (error.code !== "send-incomplete") return { claim, state: "refused", detail: error.message };
        unavailable = error.message;
        return defer(claim, unavailable, clock());
      }
    },
    settle: (settlements) => transactional.settle(settlements, clock()),
    isUnavailable: () => unavailable !== null,
    signal,
  });
  return settled.filter(({ state }) => state === "sent").length;
}

function defer(claim: TransactionalClaim, detail: string, now: Date): TransactionalSettlement {
  return {
    claim,
    state: "deferred",
    detail,
    nextAt: new Date(Number(now) + backoffMs("transactional", claim.attempt)),
  };
}

export interface TransactionalLoop extends TransactionalParts {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns whether the operator has paused sending. */
  readonly isPaused: () => Promise<boolean>;
  /** Called if a round fails. The next round tries again. */
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 2000;

/** Sends transactional mails as they are queued, until the signal aborts. */
export async function serveTransactional(loop: TransactionalLoop): Promise<void> {
  while (!loop.signal.aborted) {
    try {
      // Counts first, because claiming would write to the store even if nothing is due.
      const { mails } = await loop.transactional.waiting(loop.clock());
      if (mails > 0 && !(await loop.isPaused())) await drainTransactional(loop);
    } catch (error) {
      loop.onError(error);
    }
    await loop.sleep(POLL_MS, loop.signal);
  }
}
