import type { View } from "../core/model.js";
import type { Frequency, Origin, Subscriber } from "./subscribers.js";

/** What somebody asked for who has not confirmed yet. */
export interface SignupRequest {
  readonly address: string;
  readonly frequency: Frequency;
  readonly view: View;
  readonly origin: Extract<Origin, "site" | "mail">;
}

/**
 * What `begin` found. `begun`: a wish waits for its confirmation under this id. `member`: an active or paused reader, whose
 * preferences stay. `limited`: this address was asked within 24 h, or three times without an answer. `suppressed`: bounced
 * or complained. Someone who left or was erased may come back by the same double opt-in. The visitor is told the same in every case.
 */
export type SignupResult =
  | { readonly result: "begun"; readonly signupId: number }
  | { readonly result: "member"; readonly subscriberId: number }
  | { readonly result: "limited" | "suppressed" };

/** Double opt-in: a wish becomes a reader only when the mail that was sent to the address comes back. */
export interface SignupStore {
  begin(wish: SignupRequest, now: Date): Promise<SignupResult>;
  /** What waits under this id; null when it was confirmed, forgotten (after 72 h) or never was. Changes nothing. */
  find(signupId: number, now: Date): Promise<SignupRequest | null>;
  /** Makes the wish a reader, once; null when nothing waits. The second time it is null too: a link is used once. */
  confirm(signupId: number, now: Date): Promise<Subscriber | null>;
  /** Forgets wishes older than 72 h, but not how often an address was asked (as a keyed hash). */
  prune(now: Date): Promise<number>;
}
