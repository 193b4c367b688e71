import type { View } from "../core/model.js";

export type Frequency = "daily" | "weekly" | "monthly";
export type SubscriberState = "pending" | "active" | "paused" | "gone" | "bounced";

/** `named`: came with `--to` or `to:`, and takes part only in runs that name it. */
export type Origin = "named" | "operator" | "site" | "mail";

export interface Subscriber {
  readonly id: number;
  /** As it is mailed: local part as given, domain in lower case A-labels. */
  readonly address: string;
  readonly state: SubscriberState;
  /** Set when the state is `paused`; null: until told otherwise. */
  readonly pausedUntil: Date | null;
  readonly frequency: Frequency;
  readonly view: View;
  readonly origin: Origin;
  readonly joinedAt: Date;
}

export interface NewSubscriber {
  readonly address: string;
  readonly state: SubscriberState;
  readonly pausedUntil?: Date | null;
  readonly frequency: Frequency;
  readonly view: View;
  readonly origin: Origin;
}

export type AddResult = "added" | "known" | "suppressed";

export type SubscriberChange = Partial<Pick<Subscriber, "state" | "pausedUntil" | "frequency" | "view" | "origin">>;

export interface SubscriberStore {
  /**
   * Adds readers, one result each in order. Two addresses are one when their lower-case forms are equal. A suppressed
   * address is never added. `dryRun` says what would happen and writes nothing.
   */
  add(
    batch: readonly NewSubscriber[],
    options: { readonly now: Date; readonly dryRun?: boolean },
  ): Promise<readonly AddResult[]>;
  find(address: string): Promise<Subscriber | null>;
  /** By the number that links carry. */
  byId(id: number): Promise<Subscriber | null>;
  /** By id, after the given one; for lists and exports in constant memory. */
  list(query: {
    readonly after: number;
    readonly limit: number;
    readonly state?: SubscriberState;
  }): Promise<readonly Subscriber[]>;
  /** Changes one reader; null when there is none. Leaving (`gone`, `bounced`) also suppresses what is still queued for them. */
  change(address: string, change: SubscriberChange, now: Date): Promise<Subscriber | null>;
  /** The same, by the number that links carry. */
  changeById(id: number, change: SubscriberChange, now: Date): Promise<Subscriber | null>;
  /** Removes the person and keeps a keyed hash in the suppression list. False when nobody was known (the hash is kept all the same). */
  erase(address: string, now: Date): Promise<boolean>;
  isSuppressed(address: string): Promise<boolean>;
  count(): Promise<Readonly<Record<SubscriberState, number>>>;
}
