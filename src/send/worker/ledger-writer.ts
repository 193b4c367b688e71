import type { Claim, LedgerStore, Settlement } from "../../store/store.js";
import { grouped, type Grouping } from "./group-commit.js";

/** What connections have to say to the ledger, put together: a commit that waits for the disk costs the same for one as for all. */
export interface Books {
  /** Commits that the end of this message's data is about to leave; false: it must not. */
  readonly gate: (claim: Claim) => Promise<boolean>;
  /** Writes down how an attempt ended; no gate that is asked later passes before that is on disk. */
  readonly settle: (result: Settlement) => Promise<void>;
}

export interface BooksParts {
  readonly ledger: Pick<LedgerStore, "gate" | "settle">;
  readonly now: () => Date;
  /** Resolves after so many ms. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly grouping: Grouping;
}

type Entry = { readonly claim: Claim } | { readonly result: Settlement };

/** What came of one group. */
interface Turn {
  readonly passed: ReadonlySet<number>;
  /** Why nothing passed; results were written all the same. */
  readonly failed: { readonly error: unknown } | null;
}

const NOBODY: ReadonlySet<number> = new Set();

/** How often a result is written again, once a second, when the ledger does not take it (a full disk, a lock). */
const SETTLE_TRIES = 30;

/** Opens the books of one drain. The result of a connection's last message and the gate of its next are one commit. */
export function openBooks(parts: BooksParts): Books {
  const { ledger, now, grouping } = parts;
  let lost: { readonly error: unknown } | null = null;

  const settle = async (results: readonly Settlement[]): Promise<void> => {
    try {
      await settleFirmly(parts, results);
    } catch (error) {
      // What the server said of these stays unwritten: nothing more may leave, or a connection would have two in doubt.
      lost = { error };
      throw error;
    }
  };
  const turn = async (entries: readonly Entry[]): Promise<Turn> => {
    const claims = entries.flatMap((entry) => ("claim" in entry ? keyOf(entry.claim) : []));
    const results = entries.flatMap((entry) => ("result" in entry ? entry.result : []));
    if (lost !== null || claims.length === 0) {
      await (results.length > 0 && settle(results));
      return { passed: NOBODY, failed: lost };
    }
    try {
      return { passed: await ledger.gate(claims, now(), results), failed: null };
    } catch (error) {
      await (results.length > 0 && settle(results));
      return { passed: NOBODY, failed: { error } };
    }
  };
  const write = grouped(turn, grouping);

  return {
    gate: async (claim) => {
      const { passed, failed } = await write({ claim }, true);
      if (failed !== null) {
        throw failed.error;
      }
      return passed.has(claim.id);
    },
    settle: async (result) => void (await write({ result }, false)),
  };
}

/** What the ledger knows a claim by. */
export function keyOf({ id, claimId }: Claim): Pick<Claim, "id" | "claimId"> {
  return { id, claimId };
}

/** The server has spoken: this is worth trying for half a minute. What is not written stays uncertain, never sent again. */
async function settleFirmly({ ledger, sleep, now }: BooksParts, results: readonly Settlement[]): Promise<void> {
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
