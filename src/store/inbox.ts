import type { Bucket } from "./limits.js";
import type { TransactionalMail } from "./transactional.js";
import type { SignupResult, SignupRequest } from "./signups.js";
import type { SubscriberChange } from "./subscribers.js";

/** A mail that came in: kept as it came before anybody acts on it. */
export interface InboxMail {
  readonly id: number;
  readonly raw: Buffer;
  readonly receivedAt: Date;
}

/** What follows of a mail; only for readers who are there. */
export type InboxEffect =
  /**
   * A hard bounce ends the reader as `bounced` at once; a soft one when there are 5 whose first and last lie at least 14
   * days apart, of the last 30 days.
   */
  | {
      readonly type: "bounce";
      readonly subscriberId: number;
      readonly damage: "hard" | "soft";
      readonly status: string;
    }
  /** Ends the reader for good: no sign-up and no import brings the address back. */
  | { readonly type: "complain"; readonly subscriberId: number }
  | { readonly type: "change"; readonly subscriberId: number; readonly change: SubscriberChange }
  /** Begins a sign-up; `answer` makes the mail that it needs, or none. Where `within` grants nothing, nothing is begun. */
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
  /** What the mail was and what was done: `hard bounce`, `left`, `ignored: auto-reply`. */
  readonly outcome: string;
  readonly effects: readonly InboxEffect[];
}

export interface InboxStore {
  /** Keeps mails, before anything else; the same bytes are kept once. Answers how many were new. */
  keep(mails: readonly Buffer[], now: Date): Promise<number>;
  /** Kept and not yet settled, the oldest first. */
  pending(limit: number): Promise<readonly InboxMail[]>;
  /**
   * Does what follows of mails and marks them, all of it or nothing, each once: what another process has settled meanwhile
   * is passed over. A settled mail's words are forgotten. Answers how the mails that it settled ended: where the limits of an
   * answer did not grant it, `, not answered` is added.
   */
  settle(settlements: readonly InboxSettlement[], now: Date): Promise<readonly string[]>;
  /** How mails ended, by outcome. */
  counts(): Promise<Readonly<Record<string, number>>>;
}
