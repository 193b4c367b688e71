/** A mail that came in: kept as it came before anybody acts on it. */
export interface InboxMail {
  readonly id: number;
  /** SHA-256 of the bytes: the same mail read twice is one. */
  readonly hash: string;
  readonly raw: Buffer;
  readonly receivedAt: Date;
}

/** What a bounce says of one reader: `hard` (5.x.x of the address) or `soft` (4.x.x, `delayed`). */
export interface Bounce {
  readonly subscriberId: number;
  readonly kind: "hard" | "soft";
  /** The status, such as `5.1.1`. */
  readonly status: string;
  readonly at: Date;
}

export interface InboxStore {
  /** Stores mails first; answers how many were new. */
  keep(mails: readonly Pick<InboxMail, "hash" | "raw">[], now: Date): Promise<number>;
  /** Kept and not yet acted on, the oldest first. */
  pending(limit: number): Promise<readonly InboxMail[]>;
  /** Acted on: what was done stands in `outcome` (`hard-bounce`, `unsubscribed`, `ignored: auto-reply`, ...). */
  done(marks: readonly { readonly id: number; readonly outcome: string }[], now: Date): Promise<void>;
  /**
   * Counts bounces. A hard one ends the reader as `bounced` at once; a soft one when there are 5 whose first and last lie at
   * least 14 days apart, of the last 30 days. Answers who became `bounced`.
   */
  bounced(bounces: readonly Bounce[], now: Date): Promise<readonly number[]>;
  /** How mails ended, by outcome. */
  counts(): Promise<Readonly<Record<string, number>>>;
}
