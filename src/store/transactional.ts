/** What kind of single mail waits to leave: the confirmation of a sign-up, an answer to a mail, a note to a reader. */
export type TransactionalKind = "confirm" | "reply" | "note";

/** A single mail that the web site or the inbox wants sent: it never sends by itself. */
export interface TransactionalMail {
  readonly kind: TransactionalKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Headers beyond the usual ones, such as `In-Reply-To`; names and values are checked when the mail is composed. */
  readonly headers: Readonly<Record<string, string>>;
  /** After this it is worth nothing (15 minutes for a confirmation) and ends `expired`. */
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

/** Single mails in line: put there by whoever may not send, taken by the run or the worker that does. */
export interface TransactionalStore {
  enqueue(mail: TransactionalMail, now: Date): Promise<void>;
  /** Takes mails that are due, the oldest first, and ends those past their deadline. Leases are real wall time, in ms. */
  claim(query: {
    readonly limit: number;
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<readonly TransactionalClaim[]>;
  settle(results: readonly TransactionalSettlement[], now: Date): Promise<void>;
  /** How many wait, and since when the oldest does. */
  waiting(now: Date): Promise<{ readonly mails: number; readonly since: Date | null }>;
}
