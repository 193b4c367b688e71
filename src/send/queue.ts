/** A queue in the store, with what is needed to work it off. */
export interface Queue<Claim, Settlement> {
  /** Leases jobs that are due; returns none when nothing is. */
  readonly claim: () => Promise<readonly Claim[]>;
  /** Tries a job once. Returns how it ended; null when its claim was lost and nothing was sent. */
  readonly attempt: (claim: Claim) => Promise<Settlement | null>;
  /** Records how jobs ended. */
  readonly settle: (settlements: readonly Settlement[]) => Promise<void>;
  /** Returns whether further attempts are pointless for now; then no more jobs are claimed. */
  readonly isUnavailable?: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Works off what is due in a queue, one job after the other, until nothing is due, the signal aborts or the queue is
 * unavailable. Every claim is settled before the next ones are made.
 * @returns how the jobs ended, in order.
 * @throws what the parts throw.
 */
export async function drainQueue<Claim, Settlement>(queue: Queue<Claim, Settlement>): Promise<readonly Settlement[]> {
  const all: Settlement[] = [];
  while (!queue.signal.aborted && !queue.isUnavailable?.()) {
    const claims = await queue.claim();
    if (claims.length === 0) break;
    const settled: Settlement[] = [];
    for (const claim of claims) {
      const settlement = await queue.attempt(claim);
      if (settlement !== null) settled.push(settlement);
    }
    await queue.settle(settled);
    all.push(...settled);
  }
  return all;
}
