/** A queue in the store, and the operations that drain it. */
export interface Queue<Claim, Settlement> {
  /** Leases jobs that are due, if any. */
  readonly claim: () => Promise<readonly Claim[]>;
  /** Tries a job once. Returns its result; null if its claim was lost and nothing was sent. */
  readonly attempt: (claim: Claim) => Promise<Settlement | null>;
  /** Records the results of jobs. */
  readonly settle: (settlements: readonly Settlement[]) => Promise<void>;
  /** Returns whether further attempts would fail for now. If so, no more jobs are claimed. */
  readonly isUnavailable?: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Processes the due jobs of a queue one after the other, until none is due, the signal aborts or the queue is unavailable.
 * Settles every claim before it claims more jobs.
 * @returns the results of the jobs, in order.
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
