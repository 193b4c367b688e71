/** The state of a push. `skipped`: no paper of the edition matches the target's view. */
export type PushState = "pending" | "claimed" | "sent" | "skipped" | "deferred" | "refused" | "uncertain" | "expired";

/** A push that this process may send: an edition for a webhook, a Slack channel or a Telegram chat. */
export interface PushClaim {
  readonly id: number;
  readonly claimId: string;
  readonly editionId: string;
  /** The name of the target in the configuration. */
  readonly target: string;
  /** From 1. */
  readonly attempt: number;
  /** The deadline, after which the push becomes `expired`. */
  readonly sendBefore: Date;
}

export interface PushSettlement {
  readonly claim: Pick<PushClaim, "id" | "claimId">;
  readonly state: Extract<PushState, "sent" | "skipped" | "deferred" | "refused" | "uncertain">;
  readonly detail: string;
  /** When to try again; for `deferred`. */
  readonly nextAt?: Date;
}

export interface PushRow {
  readonly editionId: string;
  readonly target: string;
  readonly state: PushState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly detail: string | null;
  readonly changedAt: Date;
}

/** A push that became `uncertain` because its sender died. */
export interface LostPush {
  readonly editionId: string;
  readonly target: string;
  readonly detail: string;
}

/** The ledger of pushes: one row per edition and target, separate from the deliveries of letters. */
export interface PushStore {
  /** Adds pushes that do not exist yet and returns their number. */
  plan(
    query: { readonly editionId: string; readonly targets: readonly string[]; readonly sendBefore: Date },
    now: Date,
  ): Promise<number>;
  /**
   * Releases every claim, as `pending` before the gate and as `uncertain` after it. The caller holds the run lock, so there is
   * no other sender. Returns the pushes that became uncertain.
   */
  recover(now: Date): Promise<readonly LostPush[]>;
  /**
   * Claims the oldest due push to these targets; null if there is none. First expires pushes past their deadline, and releases
   * claims with an expired lease, as `pending` before the gate and as `uncertain` after it. Leases are wall time, in ms.
   */
  claim(query: {
    readonly targets: readonly string[];
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<PushClaim | null>;
  /**
   * The gate: records that the request is about to be sent, and renews the lease. After that, the request is not retried
   * automatically. Returns false if the claim is no longer valid, so that nothing may be sent. Idempotent requests can skip the
   * gate.
   */
  gate(query: {
    readonly claim: Pick<PushClaim, "id" | "claimId">;
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<boolean>;
  /** Records the result of an attempt. Has no effect if the claim is no longer valid. */
  settle(result: PushSettlement, now: Date): Promise<void>;
  /** Queues a deferred, skipped or failed push again, with a new deadline. Returns false if there is none. */
  retry(
    query: { readonly editionId: string; readonly target: string; readonly sendBefore: Date },
    now: Date,
  ): Promise<boolean>;
  /** Lists pushes, newest first. */
  list(query: { readonly editionId?: string; readonly limit: number }): Promise<readonly PushRow[]>;
}
