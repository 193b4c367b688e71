/** The confirmation of a sign-up, a reply to a mail, or a note to a reader. */
export type TransactionalKind = "confirm" | "reply" | "note";

/** A mail that the site or the inbox queues; they never send. */
export interface TransactionalMail {
  readonly kind: TransactionalKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Headers beyond the usual ones, such as `In-Reply-To`; names and values are checked when the mail is composed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The deadline (15 minutes for a confirmation), after which the mail ends `expired`. */
  readonly sendBefore: Date;
}

export interface TransactionalClaim extends TransactionalMail {
  readonly id: number;
  readonly claimId: string;
  /** From 1. */
  readonly attempt: number;
}

export interface TransactionalSettlement {
  readonly claim: Pick<TransactionalClaim, "id" | "claimId">;
  readonly state: "sent" | "deferred" | "refused" | "uncertain";
  readonly detail: string;
  /** When to try again; for `deferred`. */
  readonly nextAt?: Date;
}

/** The queue of transactional mails: filled by the site and the inbox, emptied by runs and workers. */
export interface TransactionalStore {
  enqueue(mail: TransactionalMail, now: Date): Promise<void>;
  /** Claims due mails, the oldest first, and expires those past their deadline. Leases are wall time, in ms. */
  claim(query: {
    readonly limit: number;
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<readonly TransactionalClaim[]>;
  settle(results: readonly TransactionalSettlement[], now: Date): Promise<void>;
  /** Returns the number of queued mails and when the oldest was queued. */
  waiting(now: Date): Promise<{ readonly mails: number; readonly since: Date | null }>;
}
