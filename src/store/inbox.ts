import type { Bucket } from "./limits.js";
import type { TransactionalMail } from "./transactional.js";
import type { SignupResult, SignupRequest } from "./signups.js";
import type { SubscriberChange } from "./subscribers.js";

/** An incoming mail, which is stored unchanged before it is processed. */
export interface InboxMail {
  readonly id: number;
  readonly raw: Buffer;
  readonly receivedAt: Date;
}

/** The severity of a bounce. */
export type BounceDamage = "hard" | "permanent" | "soft";

/** A change caused by a mail. Effects on unknown readers are ignored. */
export type InboxEffect =
  /**
   * A hard bounce sets the reader to `bounced`. So do 2 permanent bounces that are at least 20 hours apart within 30 days, and
   * 5 bounces of any kind within 30 days if the first and the last are at least 14 days apart.
   */
  | {
      readonly type: "bounce";
      readonly subscriberId: number;
      readonly damage: BounceDamage;
      readonly status: string;
    }
  | { readonly type: "change"; readonly subscriberId: number; readonly change: SubscriberChange }
  /** Counts a complaint. */
  | { readonly type: "complaint" }
  /** Begins a sign-up and queues the mail that `reply` returns. Has no effect if `limits` refuse it. */
  | {
      readonly type: "signup";
      readonly request: SignupRequest;
      readonly reply: (begun: SignupResult) => TransactionalMail | null;
      readonly limits: readonly Bucket[];
    }
  | { readonly type: "confirm"; readonly signupId: number }
  | { readonly type: "reply"; readonly mail: TransactionalMail; readonly limits: readonly Bucket[] };

export interface InboxSettlement {
  readonly id: number;
  /** Kind and result, such as `hard bounce`, `left` or `ignored: auto-reply`. */
  readonly outcome: string;
  readonly effects: readonly InboxEffect[];
}

export interface InboxStore {
  /** Stores mails, each different one once. Returns the number of new mails. */
  keep(mails: readonly Buffer[], now: Date): Promise<number>;
  /** Lists stored mails that are not settled, oldest first. */
  pending(limit: number): Promise<readonly InboxMail[]>;
  /**
   * Applies the effects of mails, records their outcomes and deletes their content, in one transaction. Skips mails that
   * another process has settled. Returns the outcomes, with `, not answered` added if limits refused a reply.
   */
  settle(settlements: readonly InboxSettlement[], now: Date): Promise<readonly string[]>;
  /** Counts mails by outcome. */
  counts(): Promise<Readonly<Record<string, number>>>;
}
