import type { BounceDamage } from "./inbox.js";
import type { DeliveryState } from "../core/model.js";
import type { Channel, EditionKey } from "./editions.js";

/** The states of a delivery in the store. Results show `claimed` as `pending` before the gate and as `uncertain` after it. */
export type LedgerState = DeliveryState | "claimed";

/** A delivery that this process may send now. */
export interface Claim {
  readonly id: number;
  readonly claimId: string;
  readonly editionId: string;
  readonly subscriberId: number;
  readonly address: string;
  readonly letterId: string;
  /** From 1. */
  readonly attempt: number;
}

export interface ClaimQuery {
  readonly channel: Channel;
  /** The editions to claim from; empty for all open ones. */
  readonly editionIds: readonly string[];
  /** Only deliveries to these subscribers are claimed, and none expires; absent for all subscribers. */
  readonly subscriberIds?: readonly number[] | undefined;
  readonly limit: number;
  readonly now: Date;
  /** Real wall time, in ms. */
  readonly leaseMs: number;
  /** Recipient domains that have reached their limit, so that none of their deliveries is claimed. */
  readonly exceptDomains?: readonly string[];
  /** Only deliveries to this recipient domain. */
  readonly onlyDomain?: string;
  /** The maximum number of claims for one recipient domain, across all workers. A single process applies the limit itself. */
  readonly perDomain?: number;
}

/** The result of one attempt. */
export interface Settlement {
  readonly claim: Pick<Claim, "id" | "claimId">;
  readonly state: Exclude<DeliveryState, "expired">;
  /** The server's reply or the path of a file. */
  readonly detail: string;
  /** When to try again; for `deferred`. */
  readonly nextAt?: Date;
  /** Whether the claim was returned unused. It then does not count as an attempt, and `detail` does not change. For `pending`. */
  readonly isUnstarted?: boolean;
  /**
   * The evidence about the mailbox in a refusal. It may end the subscription, like a report by mail. Deferrals count once per
   * letter.
   */
  readonly bounce?: { readonly damage: BounceDamage; readonly status: string };
}

export interface DeliveryRow {
  readonly editionId: string;
  readonly channel: Channel;
  readonly subscriberId: number;
  /** Null if the person was erased. */
  readonly address: string | null;
  readonly state: LedgerState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly gateAt: Date | null;
  readonly detail: string | null;
  readonly changedAt: Date;
}

export type LedgerCounts = Readonly<Record<DeliveryState | "prepared", number>>;

/** Letters of one edition in one state that failed and that no run has reported yet. */
export interface FailedLetters {
  readonly editionId: string;
  readonly state: "deferred" | "expired" | "refused" | "uncertain";
  /** Letters that are new to the run; deferred ones are not counted. */
  readonly letters: number;
  /** Those of them that the operator was mailed about. */
  readonly mailed: number;
  /** Further letters, to readers whose last letter failed, too, and was reported; `full`: because of the mailbox. */
  readonly repeated: number;
  readonly full: number;
}

export interface FailureQuery {
  readonly channel: Channel;
  /** `mail`: the operator is mailed about uncertain and expired letters; `run`: the result of a run has them. */
  readonly as: "mail" | "run";
}

export interface LedgerStore {
  /**
   * Claims deliveries before their deadline that are pending, or deferred and due. In the same transaction, deliveries to
   * readers who have left become `suppressed`, and deliveries past their deadline `expired`.
   */
  claim(query: ClaimQuery): Promise<readonly Claim[]>;
  /**
   * The gate: records that the end of the data is about to be sent. Returns the ids of the deliveries for which it may be sent,
   * because the claim is still valid and the reader has not left. Settles finished attempts first, in the same transaction.
   */
  gate(
    claims: readonly Pick<Claim, "id" | "claimId">[],
    now: Date,
    ended?: readonly Settlement[],
  ): Promise<ReadonlySet<number>>;
  renew(claims: readonly Pick<Claim, "id" | "claimId">[], leaseMs: number): Promise<void>;
  settle(results: readonly Settlement[], now: Date): Promise<void>;
  /** Releases the claims of dead processes, as `pending` before the gate and as `uncertain` after it. */
  recover(now: Date): Promise<{ readonly pending: number; readonly uncertain: number }>;
  /** Expires deliveries past their deadline and returns their number. */
  expire(now: Date): Promise<number>;
  /**
   * Returns the letters of the last 31 days that failed, each once, and records that they are reported. Letters that a mailbox
   * defers are new with the first run that sees them, and `repeated` from then on.
   */
  reportFailures(query: FailureQuery, now: Date): Promise<readonly FailedLetters[]>;
  counts(key: EditionKey): Promise<LedgerCounts>;
  /** Lists deliveries by id, after the given one. */
  list(query: {
    readonly state?: LedgerState;
    readonly editionId?: string;
    readonly subscriberId?: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly (DeliveryRow & { readonly id: number })[]>;
  /** Returns when the next deferred delivery is due; null if there is none. */
  nextDue(channel: Channel): Promise<Date | null>;
  /**
   * Applies an operator's decision: `pending` sends a letter again (after an uncertain delivery only once, with the same
   * Message-ID); `sent` or `refused` resolves an uncertain delivery. Returns the number of changed deliveries.
   */
  decide(
    query: {
      readonly from: "deferred" | "refused" | "uncertain";
      readonly to: "pending" | "sent" | "refused";
      readonly editionId?: string;
      readonly address?: string;
    },
    now: Date,
  ): Promise<number>;
}
