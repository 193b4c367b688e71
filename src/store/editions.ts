import type { Edition, Letter, View } from "../core/model.js";
import type { Frequency } from "./subscribers.js";

/** Editions written to the outbox do not count as mailed. */
export type Channel = "outbox" | "smtp";

export interface EditionKey {
  readonly editionId: string;
  readonly channel: Channel;
}

/** An edition in the ledger, for one channel. */
export interface SavedEdition {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly preparedAt: Date;
  readonly sendBefore: Date;
  readonly candidates: number;
  /** Candidates that got no delivery, by reason (`gone`, `suppressed`, `paused`, `no-match`, `joined-later`). */
  readonly excluded: Readonly<Record<string, number>>;
  readonly prepared: number;
  /** Whether a run for the list prepared it; otherwise only people named in a run have deliveries, and it is due for the list. */
  readonly forList: boolean;
}

/**
 * Who an edition is for: readers of a frequency (the list), explicit recipients, or both. Readers who have a delivery of the
 * edition are not in its audience.
 */
export interface AudienceQuery {
  /** Null: the list takes no part. */
  readonly frequency: Frequency | null;
  readonly named: readonly string[];
  readonly followers?: Followers;
  readonly edition: Pick<Edition, "id" | "papers">;
  readonly channel: Channel;
  readonly now: Date;
  /** Papers mailed to a reader since this instant count as had. */
  readonly hadSince: Date;
  /** The days of the edition, oldest first. Of the days before the day of joining, a reader gets at most the latest. */
  readonly days: readonly string[];
}

/** Whose view follows which source. By default readers of the list who follow the days, and all explicit recipients. */
export interface Followers {
  /** Readers must follow one of these; null: the days of the site. */
  readonly of: readonly (string | null)[];
  /** Whether that holds for explicit recipients, too. */
  readonly bindsNamed: boolean;
}

/** Readers who get the same letter. */
export interface AudienceGroup {
  /** Identifies the group in `prepare`. Stable for the same view and history. */
  readonly key: string;
  readonly view: View;
  /** Papers of this edition that these readers have had (in `sent` or `uncertain` deliveries on this channel). */
  readonly had: readonly string[];
  /** The first of the edition's days that these readers get. */
  readonly firstDay: string | null;
  readonly readers: number;
}

/** The readers of an edition, and what each had chosen, at one instant. The store keeps one snapshot: the last. */
export interface AudienceSnapshot {
  readonly id: number;
  readonly groups: readonly AudienceGroup[];
}

/** A letter for a group, or why the group gets none. */
export interface GroupLetter {
  readonly key: string;
  readonly letter: Letter | null;
  /** Why there is no letter; counted in `excluded`. */
  readonly excluded?: string;
  /** The ids of the papers in the letter. */
  readonly papers: readonly string[];
}

export interface Plan {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly query: AudienceQuery;
  /** The id of the snapshot of `query`; there is a letter for each of its groups. */
  readonly snapshot: number;
  readonly letters: readonly GroupLetter[];
  readonly now: Date;
  readonly sendBefore: Date;
  /** The days that this edition covers; empty for files, addresses, trending and searches. */
  readonly days: readonly string[];
}

/** `snapshot-lost`: another process took a snapshot meanwhile, or the server crashed. */
export type PrepareResult = "prepared" | "already-prepared" | "snapshot-lost" | "miscounted";

export interface EditionStore {
  find(key: EditionKey): Promise<SavedEdition | null>;
  audience(query: AudienceQuery): Promise<readonly AudienceGroup[]>;
  /**
   * Groups the readers in the same way and saves who is in which group, so that `prepare` gives each the letter of what they had
   * chosen now. Only the holder of the run lock may call it.
   */
  snapshot(query: AudienceQuery): Promise<AudienceSnapshot>;
  /**
   * Freezes an edition and its letters, inserts the deliveries of a snapshot's readers and counts them: candidates = prepared +
   * excluded, or nothing is saved. Changes since the snapshot never stop it: readers who changed get what they had chosen then, those
   * who joined get the next edition, and the deliveries of those who left are suppressed. An edition that was prepared before gets deliveries for readers who have none: for the list, once, when only explicit
   * recipients had it; and for explicit recipients. The list's preparation saves `edition` again, since what an early run froze
   * may have been incomplete, and sets `preparedAt`.
   */
  prepare(plan: Plan): Promise<PrepareResult>;
  /** Reads a letter by the id in a claim. */
  letter(letterId: string): Promise<Letter>;
  /**
   * Returns the days within a span (both ends included, `YYYY-MM-DD`) that editions of a channel cover: editions prepared for the list, or
   * with `named` those of which each of these subscribers has a delivery.
   */
  coveredDays(
    channel: Channel,
    span: { readonly first: string; readonly last: string },
    named?: readonly string[] | null,
  ): Promise<ReadonlySet<string>>;
  /** Lists the channel's editions prepared at or after an instant, oldest first. */
  since(channel: Channel, instant: Date): Promise<readonly SavedEdition[]>;
  /** Lists editions, newest first. */
  recent(limit: number): Promise<readonly SavedEdition[]>;
  /** Lists editions with pending, deferred or claimed deliveries. */
  open(channel: Channel): Promise<readonly SavedEdition[]>;
}
