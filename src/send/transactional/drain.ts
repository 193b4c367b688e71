import { PaperboyError } from "../../core/errors.js";
import type { Clock, Delivery, Message } from "../../core/model.js";
import type { TransactionalStore, TransactionalClaim, TransactionalSettlement } from "../../store/store.js";

/** What sending single mails needs of the world. */
export interface TransactionalParts {
  readonly transactional: TransactionalStore;
  /** Hands over one message; rejects with `send-incomplete` when nobody can be mailed just now. */
  readonly send: (message: Message) => Promise<Delivery>;
  readonly compose: (mail: TransactionalClaim) => Message | Promise<Message>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** So many are taken at a time; the rest is somebody else's, or the next turn's. */
const AT_ONCE = 10;

/** Longer than a mail server may think about ten mails (RFC 5321 section 4.5.3.2 gives it ten minutes for one). */
const LEASE_MS = 15 * 60_000;

/** A confirmation is worth something for a quarter of an hour: so the first tries follow soon. */
const AGAIN_MS = 60_000;

/**
 * Sends the single mails that are due: each once, never again when it may have arrived.
 * @returns how many were accepted.
 * @throws whatever the store throws; a mail server that is away puts the mails off.
 */
export async function drainTransactional(parts: TransactionalParts): Promise<number> {
  let sent = 0;
  while (!parts.signal.aborted) {
    const now = parts.clock();
    const claims = await parts.transactional.claim({ limit: AT_ONCE, now, leaseMs: LEASE_MS });
    if (claims.length === 0) break;
    const { settled, isAway } = await sendAll(claims, parts);
    await parts.transactional.settle(settled, parts.clock());
    sent += settled.filter(({ state }) => state === "sent").length;
    if (isAway) break;
  }
  return sent;
}

async function sendAll(claims: readonly TransactionalClaim[], parts: TransactionalParts) {
  const settled: TransactionalSettlement[] = [];
  let away: string | null = null;
  for (const claim of claims) {
    const tried: Tried | null = away === null ? await sendOne(claim, parts) : null;
    if (tried?.away !== undefined) away = tried.away;
    settled.push(tried?.settlement ?? putOff(claim, { detail: away ?? "", now: parts.clock() }));
  }
  return { settled, isAway: away !== null };
}

interface Tried {
  readonly settlement?: TransactionalSettlement;
  /** Why nobody can be mailed just now. */
  readonly away?: string;
}

async function sendOne(claim: TransactionalClaim, parts: TransactionalParts): Promise<Tried> {
  try {
    const { state, detail } = await parts.send(await parts.compose(claim));
    const isOver = state === "sent" || state === "refused" || state === "uncertain";
    return { settlement: isOver ? { claim, state, detail } : putOff(claim, { detail, now: parts.clock() }) };
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    // A mail that cannot be composed holds up no other.
    if (error.code !== "send-incomplete") return { settlement: { claim, state: "refused", detail: error.message } };
    return { away: error.message };
  }
}

function putOff(
  claim: TransactionalClaim,
  { detail, now }: { readonly detail: string; readonly now: Date },
): TransactionalSettlement {
  return { claim, state: "deferred", detail, nextAt: new Date(Number(now) + AGAIN_MS * claim.attempt) };
}

export interface TransactionalLoop extends TransactionalParts {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Whether the operator lets nothing go out just now. */
  readonly isPaused: () => Promise<boolean>;
  /** Told when a turn failed; the next one tries again. */
  readonly onTrouble: (error: unknown) => void;
}

/** How long a mail waits at most before somebody looks, in ms. */
const LOOK_EVERY_MS = 2000;

/** Sends single mails as they come, beside whatever else the process does, until the signal aborts. */
export async function serveTransactional(loop: TransactionalLoop): Promise<void> {
  while (!loop.signal.aborted) {
    try {
      // Looking writes nothing; claiming would.
      const { mails } = await loop.transactional.waiting(loop.clock());
      if (mails > 0 && !(await loop.isPaused())) await drainTransactional(loop);
    } catch (error) {
      loop.onTrouble(error);
    }
    await loop.sleep(LOOK_EVERY_MS, loop.signal);
  }
}
