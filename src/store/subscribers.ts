import type { View } from "../core/model.js";

export type Frequency = "daily" | "weekly" | "monthly";
export type SubscriberState = "pending" | "active" | "paused" | "gone" | "bounced";

/** `named`: added by `--to` or `to:`. Such a subscriber gets only the editions of runs that name the address. */
export type Origin = "named" | "operator" | "site" | "mail";

export interface Subscriber {
  readonly id: number;
  /** The mail address, with the local part as given and the domain in lower-case A-labels. */
  readonly address: string;
  readonly state: SubscriberState;
  /** The end of a pause; null if it has no end or the state is not `paused`. */
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

/**
 * `requested`: a sign-up; `confirmed`: a sign-up by double opt-in; `joined`: a person is on the list who was not, also by import;
 * `left`: a person left, complained, or was removed; `bounced`: a subscription ended because mail fails; `complained`: a complaint,
 * which is also counted as `left`.
 */
export type GrowthEvent = "requested" | "confirmed" | "joined" | "left" | "bounced" | "complained";

/** The number of people of an event on a UTC day. */
export interface GrowthCount {
  readonly day: string;
  readonly event: GrowthEvent;
  readonly people: number;
}

export interface SubscriberStore {
  /**
   * Adds readers and returns one result each, in order. Addresses that differ only in case are equal. Suppressed addresses are
   * never added. `dryRun` returns the same results and writes nothing.
   */
  add(
    batch: readonly NewSubscriber[],
    options: { readonly now: Date; readonly dryRun?: boolean },
  ): Promise<readonly AddResult[]>;
  find(address: string): Promise<Subscriber | null>;
  /** Finds a reader by the id that links contain. */
  byId(id: number): Promise<Subscriber | null>;
  /** Lists readers by id, after the given one, so that exports need constant memory. */
  list(query: {
    readonly after: number;
    readonly limit: number;
    readonly state?: SubscriberState;
    /** `list`: those of the list, and everyone who has left; `named`: only those whom runs name. Default: all. */
    readonly who?: "list" | "named";
  }): Promise<readonly Subscriber[]>;
  /** Changes a reader; null if there is none. Leaving (`gone`, `bounced`) also suppresses the queued deliveries. */
  change(address: string, change: SubscriberChange, now: Date): Promise<Subscriber | null>;
  /** Like `change`, by the id that links contain. */
  changeById(id: number, change: SubscriberChange, now: Date): Promise<Subscriber | null>;
  /**
   * Deletes the person and adds a keyed hash of the address to the suppression list. Returns false if the address is unknown;
   * its hash is added as well.
   */
  erase(address: string, now: Date): Promise<boolean>;
  /**
   * Lists the sources that readers follow instead of the site's days, each once per frequency: readers of the list, if they take part, and
   * explicit recipients, for whom every source is daily. Readers who are not confirmed or have left do not count.
   */
  followed(readers: {
    readonly list: boolean;
    readonly named: readonly string[];
  }): Promise<readonly { readonly source: string; readonly frequency: Frequency }[]>;
  /** Lists active readers of the list, daily or weekly, with one of these views, about which they got no note yet (`enqueueAboutView`). */
  untold(views: readonly View[], limit: number): Promise<readonly Subscriber[]>;
  isSuppressed(address: string): Promise<boolean>;
  /** Counts the readers of the list, and everyone who has left, by state. Does not count those whom only runs name. */
  count(): Promise<Readonly<Record<SubscriberState, number>>>;
  /** Counts who joined and left since a UTC day, by day and event. Days without events are absent. */
  growth(since: string): Promise<readonly GrowthCount[]>;
  /** Counts all people who have joined and left, by event. */
  growthTotals(): Promise<Readonly<Partial<Record<GrowthEvent, number>>>>;
}
