/** How the push of an edition to one target stands. `skipped`: no paper of the edition fits the target's view. */
export type PushState = "pending" | "claimed" | "sent" | "skipped" | "deferred" | "refused" | "uncertain" | "expired";

/** An edition on its way to one place that is no mailbox: a webhook, a Slack channel, a Telegram chat. */
export interface PushClaim {
  readonly id: number;
  readonly claimId: string;
  readonly editionId: string;
  /** The name of the target in the configuration. */
  readonly target: string;
  /** From 1. */
  readonly attempt: number;
  /** After this it ends `expired`. */
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

/** A push whose sender ended before an answer came. */
export interface LostPush {
  readonly editionId: string;
  readonly target: string;
  readonly detail: string;
}

/** Deliveries of their own beside the letters: one row for an edition and a target, put once. */
export interface PushStore {
  /** Puts what is not there yet; answers how many were new. */
  plan(
    query: { readonly editionId: string; readonly targets: readonly string[]; readonly sendBefore: Date },
    now: Date,
  ): Promise<number>;
  /**
   * Ends every claim, since no sender lives but the caller, who holds the run lock: `pending` again, or `uncertain` once it had
   * passed the gate. Answers which became uncertain.
   */
  recover(now: Date): Promise<readonly LostPush[]>;
  /**
   * Takes the oldest push that is due for one of these targets; null when there is none. Before that it ends what is past its
   * deadline, and takes back what a sender left that died: `pending` again, or `uncertain` once it had passed the gate.
   * Leases are real wall time, in ms.
   */
  claim(query: {
    readonly targets: readonly string[];
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<PushClaim | null>;
  /**
   * Notes that the request is about to leave, so that it is never repeated by itself from here on, and leases it anew; false
   * when the claim no longer holds, and nothing may leave. Requests that may be repeated without harm need not pass it.
   */
  gate(query: {
    readonly claim: Pick<PushClaim, "id" | "claimId">;
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<boolean>;
  /** Writes down how it went; a claim that no longer holds changes nothing. */
  settle(result: PushSettlement, now: Date): Promise<void>;
  /** Puts back in line, with a new deadline, what has ended otherwise than sent, or waits; false when there is no such push. */
  retry(
    query: { readonly editionId: string; readonly target: string; readonly sendBefore: Date },
    now: Date,
  ): Promise<boolean>;
  /** The newest first. */
  list(query: { readonly editionId?: string; readonly limit: number }): Promise<readonly PushRow[]>;
}
