import type { DeliveryState } from "../core/model.js";
import type { Channel, EditionKey } from "./editions.js";

/** A delivery's states inside the store: `claimed` is `pending` in results before the end of data, `uncertain` after. */
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
  readonly limit: number;
  readonly now: Date;
  /** Real wall time, in ms. */
  readonly leaseMs: number;
  /** Recipient domains that may not be claimed now (their limit is reached). */
  readonly exceptDomains?: readonly string[];
  /** Most claims of one recipient domain at a time, whoever holds them; where one process sends, it sees to that by itself. */
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
  /** The address cannot get mail at all (5.1.x, 5.2.1): the reader becomes `bounced`. */
  readonly suppressReader?: boolean;
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
   * Takes deliveries that are pending or due again, before their deadline, whose reader has not left. Readers who have
   * left meanwhile end `suppressed`, deliveries past their deadline `expired`, in the same transaction.
   */
  claim(query: ClaimQuery): Promise<readonly Claim[]>;
  /**
   * The gate: marks the end of data as about to leave, for those whose claim still holds and whose reader still wants it.
   * Before that, and in the same transaction, it writes down how the attempts before ended, as `settle` does.
   */
  gate(
    claims: readonly Pick<Claim, "id" | "claimId">[],
    now: Date,
    ended?: readonly Settlement[],
  ): Promise<ReadonlySet<number>>;
  renew(claims: readonly Pick<Claim, "id" | "claimId">[], leaseMs: number): Promise<void>;
  settle(results: readonly Settlement[], now: Date): Promise<void>;
  /** After the lock was taken: claims of the dead become `pending` (before the end of data) or `uncertain` (after). */
  recover(now: Date): Promise<{ readonly pending: number; readonly uncertain: number }>;
  /** Ends what is past its deadline. */
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
  /** When the next deferred delivery is due; null when none is. */
  nextDue(channel: Channel): Promise<Date | null>;
  /**
   * An operator's decision about deliveries in these states: `pending` sends again (an uncertain one once more at most, with
   * the same Message-ID), `sent` or `refused` resolves an uncertain one. Answers how many were changed.
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
