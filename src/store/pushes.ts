/** An edition on its way to one place that is no mailbox: a webhook, a Slack channel, a Telegram chat. */
export interface PushClaim {
  readonly id: number;
  readonly claimId: string;
  readonly editionId: string;
  /** The name of the target in the configuration. */
  readonly target: string;
  /** From 1. */
  readonly attempt: number;
}

export type PushState = "pending" | "sent" | "deferred" | "refused" | "uncertain" | "expired";

export interface PushSettlement {
  readonly claim: Pick<PushClaim, "id" | "claimId">;
  readonly state: Extract<PushState, "sent" | "deferred" | "refused" | "uncertain">;
  readonly detail: string;
  readonly nextAt?: Date;
}

export interface PushRow {
  readonly editionId: string;
  readonly target: string;
  readonly state: PushState | "claimed";
  readonly attempts: number;
  readonly detail: string | null;
  readonly changedAt: Date;
}

/** Deliveries of their own beside the letters: one row for an edition and a target, put once. */
export interface PushStore {
  /** Puts what is not there yet; answers how many were new. */
  plan(
    query: { readonly editionId: string; readonly targets: readonly string[]; readonly sendBefore: Date },
    now: Date,
  ): Promise<number>;
  claim(query: { readonly limit: number; readonly now: Date; readonly leaseMs: number }): Promise<readonly PushClaim[]>;
  settle(results: readonly PushSettlement[], now: Date): Promise<void>;
  list(query: { readonly editionId?: string; readonly limit: number }): Promise<readonly PushRow[]>;
}
