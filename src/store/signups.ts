import type { View } from "../core/model.js";
import type { Frequency, Origin, Subscriber } from "./subscribers.js";

/** An unconfirmed sign-up. */
export interface SignupRequest {
  readonly address: string;
  readonly frequency: Frequency;
  readonly view: View;
  readonly origin: Extract<Origin, "site" | "mail">;
}

/**
 * The result of `begin`. `begun`: the request can be confirmed by its id. `member`: an active or paused reader, whose preferences
 * stay unchanged. `limited`: the address was mailed within 24 h, or three times without a confirmation; for a former reader the
 * count starts again after 30 days. Readers who left, complained, bounced or were erased may sign up again. Visitors see the same
 * page for every result.
 */
export type SignupResult =
  | { readonly result: "begun"; readonly signupId: number }
  | { readonly result: "member"; readonly subscriberId: number }
  | { readonly result: "limited" };

/** Double opt-in: a request becomes a reader when the link in its mail is used. */
export interface SignupStore {
  begin(request: SignupRequest, now: Date): Promise<SignupResult>;
  /** Finds an open request; null when it is unknown, confirmed or older than 72 h. */
  find(signupId: number, now: Date): Promise<SignupRequest | null>;
  /** Turns the request into a reader; null when there is no open request. A link works once. */
  confirm(signupId: number, now: Date): Promise<Subscriber | null>;
  /** Deletes requests older than 72 h; returns how many. The number of attempts per address (a keyed hash) stays. */
  prune(now: Date): Promise<number>;
}
