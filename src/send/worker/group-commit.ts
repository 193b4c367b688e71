import type { Claim, LedgerStore, Settlement } from "../../store/store.js";

/** Groups the writes of all connections into a few commits. */
export interface Commits {
  /** Records that the end of the data of a message is about to be sent. Returns whether it may be sent. */
  readonly gate: (claim: Claim) => Promise<boolean>;
  /** Records the result of an attempt. No later gate opens before it is on disk. */
  readonly settle: (result: Settlement) => Promise<void>;
}

export interface CommitParts {
  readonly ledger: Pick<LedgerStore, "gate" | "settle">;
  readonly now: () => Date;
  /** Resolves after `ms`. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly grouping: Grouping;
}

type Entry = { readonly claim: Claim } | { readonly result: Settlement };

interface Committed {
  /** The deliveries whose gate opened. */
  readonly passed: ReadonlySet<number>;
  /** The error that kept all gates closed. The results were recorded nevertheless. */
  readonly failed: { readonly error: unknown } | null;
}

const NONE: ReadonlySet<number> = new Set();

/** The maximum number of retries, one per second, if the ledger cannot be written (a full disk, a lock). */
const SETTLE_TRIES = 30;

/** Writes the result of a connection's last message and the gate of its next one in the same commit. */
export function openCommits(parts: CommitParts): Commits {
  const { ledger, now, grouping } = parts;
  let lost: { readonly error: unknown } | null = null;

  const settle = async (results: readonly Settlement[]): Promise<void> => {
    try {
      await settleWithRetry(parts, results);
    } catch (error) {
      // These results are lost. Nothing more is sent, because otherwise a connection could have two uncertain messages.
      lost = { error };
      throw error;
    }
  };
  const commit = async (entries: readonly Entry[]): Promise<Committed> => {
    const claims = entries.flatMap((entry) => ("claim" in entry ? keyOf(entry.claim) : []));
    const results = entries.flatMap((entry) => ("result" in entry ? entry.result : []));
    if (lost !== null || claims.length === 0) {
      await (results.length > 0 && settle(results));
      return { passed: NONE, failed: lost };
    }
    try {
      return { passed: await ledger.gate(claims, now(), results), failed: null };
    } catch (error) {
      await (results.length > 0 && settle(results));
      return { passed: NONE, failed: { error } };
    }
  };
  const write = grouped(commit, grouping);

  return {
    gate: async (claim) => {
      const { passed, failed } = await write({ claim });
      if (failed !== null) {
        throw failed.error;
      }
      return passed.has(claim.id);
    },
    settle: async (result) => void (await write({ result })),
  };
}

/**
 * Retries for half a minute, because the server has already answered. If the result is never written, the delivery is
 * `uncertain`.
 */
async function settleWithRetry({ ledger, sleep, now }: CommitParts, results: readonly Settlement[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ledger.settle(results, now());
    } catch (error) {
      if (attempt > SETTLE_TRIES) {
        throw error;
      }
      await sleep(1000);
    }
  }
}

/** Returns the fields that identify a claim in the ledger. */
export function keyOf({ id, claimId }: Claim): Pick<Claim, "id" | "claimId"> {
  return { id, claimId };
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (result: Committed) => void;
  readonly reject: (error: unknown) => void;
}

interface Grouping {
  /** The time that the first entry waits for others, in ms. */
  readonly ms: number;
  /** Returns the number of gates with which a group is committed immediately. */
  readonly most: () => number;
}

/** While more entries arrive, the first one waits at most this many times `ms`, because a busy process does little in `ms`. */
const MAX_WAIT_FACTOR = 5;

/**
 * Collects the entries that arrive within a few milliseconds, or while a commit is in progress, and commits them together,
 * because a commit that waits for the disk takes the same time for one delivery as for twenty. Gates are urgent, because their
 * connections wait for them.
 */
function grouped(
  commit: (entries: readonly Entry[]) => Promise<Committed>,
  { ms, most }: Grouping,
): (entry: Entry) => Promise<Committed> {
  let waiting: Waiting[] = [];
  let urgent = 0;
  let timer: NodeJS.Timeout | null = null;
  let check: NodeJS.Immediate | null = null;
  let busy = false;

  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    urgent = 0;
    clearTimeout(timer ?? undefined);
    clearImmediate(check ?? undefined);
    timer = null;
    check = null;
    busy = true;
    try {
      const result = await commit(group.map(({ entry }) => entry));
      group.forEach(({ resolve }) => resolve(result));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    }
    busy = false;
    start();
  };
  /** Waits as long as each turn of the event loop, which reads all received data, adds more entries. */
  const flushUnlessMore = (until: number): void => {
    const seen = waiting.length;
    check = setImmediate(() => {
      if (waiting.length > seen && performance.now() < until) flushUnlessMore(until);
      else void flush();
    });
  };
  const start = (): void => {
    if (busy || waiting.length === 0) {
      return;
    }
    if (urgent >= most()) {
      void flush();
    } else {
      timer ??= setTimeout(() => flushUnlessMore(performance.now() + ms * (MAX_WAIT_FACTOR - 1)), ms);
    }
  };
  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      urgent += "claim" in entry ? 1 : 0;
      start();
    });
}
