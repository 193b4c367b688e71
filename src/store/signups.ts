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
 * The result of `begin`. `begun`: the request can be confirmed by its id. `member`: the address belongs to an active or paused
 * reader, whose preferences do not change. `limited`: a confirmation was sent to the address within the last 24 h, or three
 * times without success; for a former reader the count starts again after 30 days. Readers who left, complained, bounced or
 * were erased may sign up again. Visitors see the same page for every result.
 */
export type SignupResult =
  | { readonly result: "begun"; readonly signupId: number }
  | { readonly result: "member"; readonly subscriberId: number }
  | { readonly result: "limited" };

/** Double opt-in: a request becomes a reader when the visitor opens the link in the mail and confirms. */
export interface SignupStore {
  begin(request: SignupRequest, now: Date): Promise<SignupResult>;
  /** Finds an open request; null if it is unknown, confirmed or older than 72 h. */
  find(signupId: number, now: Date): Promise<SignupRequest | null>;
  /** Turns a request into a reader; null if there is no open request. A link works only once. */
  confirm(signupId: number, now: Date): Promise<Subscriber | null>;
  /** Lists the ids of readers who confirmed and whose first letter no edition has prepared yet, in the order of confirmation. */
  newcomers(limit: number): Promise<readonly number[]>;
  /** Removes readers from the list of newcomers. Preparing a delivery for a newcomer does the same. */
  forgetNewcomers(subscriberIds: readonly number[]): Promise<void>;
  /**
   * Deletes requests older than 72 h and returns their number. Keeps the number of attempts for each address (as a keyed hash).
   */
  prune(now: Date): Promise<number>;
}
