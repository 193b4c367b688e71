import type { Subscriber } from "./subscribers.js";

/** `confirm`: the confirmation of a sign-up; `reply`: a reply to a mail; `note`: a note to a reader. */
export type TransactionalKind = "confirm" | "reply" | "note";

/** A mail that the site or the inbox queues. Neither of them sends mail. */
export interface TransactionalMail {
  readonly kind: TransactionalKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Additional headers, such as `In-Reply-To`. Their names and values are checked when the mail is composed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The deadline, after which the mail becomes `expired`; for a confirmation, the end of its link. */
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

/** The queued mails. */
export interface WaitingMails {
  readonly mails: number;
  /** Those of them that ask to confirm a sign-up. */
  readonly confirmations: number;
  /** When the oldest was queued; null without any. */
  readonly since: Date | null;
  /** When the next deferred mail is tried again; null without one. */
  readonly nextAt: Date | null;
  /** What the mail server said to the oldest that was tried; null when none was. */
  readonly detail: string | null;
}

/** The queue of transactional mails. The site and the inbox add mails; runs and workers send them. */
export interface TransactionalStore {
  enqueue(mail: TransactionalMail, now: Date): Promise<void>;
  /**
   * Queues a note to a reader about their view, at most one about the same view. Returns false if one was queued before, or if the reader
   * has another view by now.
   */
  enqueueAboutView(note: { readonly mail: TransactionalMail; readonly about: Subscriber }, now: Date): Promise<boolean>;
  /** Claims due mails, oldest first, and expires mails past their deadline. Leases are wall time, in ms. */
  claim(query: {
    readonly limit: number;
    readonly now: Date;
    readonly leaseMs: number;
  }): Promise<readonly TransactionalClaim[]>;
  settle(results: readonly TransactionalSettlement[], now: Date): Promise<void>;
  /** Returns the number of queued mails and the time when the oldest one was queued. */
  waiting(now: Date): Promise<WaitingMails>;
}
