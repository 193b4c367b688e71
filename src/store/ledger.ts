import type { BounceDamage } from "./inbox.js";
import type { DeliveryState } from "../core/model.js";
import type { Channel, EditionKey } from "./editions.js";

/** A delivery's states in the store. Results show `claimed` as `pending` before the gate and as `uncertain` after it. */
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
  /** Only these editions; empty: all open ones. */
  readonly editionIds: readonly string[];
  /** Only deliveries to these subscribers, and nothing expires; absent: to all. */
  readonly subscriberIds?: readonly number[] | undefined;
  readonly limit: number;
  readonly now: Date;
  /** Real wall time, in ms. */
  readonly leaseMs: number;
  /** Recipient domains that may not be claimed now (their limit is reached). */
  readonly exceptDomains?: readonly string[];
  /** Only deliveries to this recipient domain. */
  readonly onlyDomain?: string;
  /** The most claims of one recipient domain across all workers; with one process, the sender limits itself. */
  readonly perDomain?: number;
}

/** How one attempt ended. */
export interface Settlement {
  readonly claim: Pick<Claim, "id" | "claimId">;
  readonly state: Exclude<DeliveryState, "expired">;
  /** The server's words or a file's path. */
  readonly detail: string;
  /** When to try again; for `deferred`. */
  readonly nextAt?: Date;
  /** Whether the claim was given back unused: it is no attempt, and `detail` stays as it was. For `pending`. */
  readonly isUnstarted?: boolean;
  /** What the refusal says about the mailbox; it may end the subscription, as a report by mail does. Deferrals count once per letter. */
  readonly bounce?: { readonly damage: BounceDamage; readonly status: string };
}

export interface DeliveryRow {
  readonly editionId: string;
  readonly channel: Channel;
  readonly subscriberId: number;
  /** Null when the person was erased. */
  readonly address: string | null;
  readonly state: LedgerState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly gateAt: Date | null;
  readonly detail: string | null;
  readonly changedAt: Date;
}

export type LedgerCounts = Readonly<Record<DeliveryState | "prepared", number>>;

export interface LedgerStore {
  /**
   * Claims deliveries that are pending, or deferred and due, before their deadline. In the same transaction, deliveries to
   * readers who have left end `suppressed`, and those past their deadline `expired`.
   */
  claim(query: ClaimQuery): Promise<readonly Claim[]>;
  /**
   * The gate: records that the end of data is about to be sent, and returns the ids for which it may be: the claim still holds
   * and the reader has not left. First, in the same transaction, it settles the attempts that ended before.
   */
  gate(
    claims: readonly Pick<Claim, "id" | "claimId">[],
    now: Date,
    ended?: readonly Settlement[],
  ): Promise<ReadonlySet<number>>;
  renew(claims: readonly Pick<Claim, "id" | "claimId">[], leaseMs: number): Promise<void>;
  settle(results: readonly Settlement[], now: Date): Promise<void>;
  /** Returns the claims of dead processes to `pending` (before the gate) or ends them `uncertain` (after it). */
  recover(now: Date): Promise<{ readonly pending: number; readonly uncertain: number }>;
  /** Expires deliveries past their deadline; returns how many. */
  expire(now: Date): Promise<number>;
  counts(key: EditionKey): Promise<LedgerCounts>;
  /** By id, after the given one. */
  list(query: {
    readonly state?: LedgerState;
    readonly editionId?: string;
    readonly subscriberId?: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly (DeliveryRow & { readonly id: number })[]>;
  /** When the next deferred delivery is due; null without one. */
  nextDue(channel: Channel): Promise<Date | null>;
  /**
   * Applies an operator's decision: `pending` sends again (an uncertain delivery at most once more, with the same Message-ID),
   * `sent` or `refused` resolves an uncertain delivery. Returns the number of changed deliveries.
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
