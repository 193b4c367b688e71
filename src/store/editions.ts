import type { Edition, Letter, View } from "../core/model.js";
import type { Frequency } from "./subscribers.js";

/** How an edition is delivered. Writing it to the outbox does not count as mailing it. */
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
  /**
   * Whether a run for the list prepared it. If not, only people named in a run have deliveries, and it is still due for the
   * list.
   */
  readonly forList: boolean;
}

/**
 * The audience of an edition: the readers of a frequency (the list), explicit recipients, or both, except readers who already
 * have a delivery of the edition.
 */
export interface AudienceQuery {
  /** The frequency of the list; null to exclude the list. */
  readonly frequency: Frequency | null;
  readonly named: readonly string[];
  readonly followers?: Followers;
  readonly edition: Pick<Edition, "id" | "papers">;
  readonly channel: Channel;
  readonly now: Date;
  /** Papers that were mailed to a reader since this instant are not mailed again. */
  readonly hadSince: Date;
  /** The days of the edition, oldest first. Of the days before a reader joined, the reader gets at most the last one. */
  readonly days: readonly string[];
}

/** Whose view follows which source. By default readers of the list who follow the days, and all explicit recipients. */
export interface Followers {
  /** The sources of which readers must follow one; null for the days of the site. */
  readonly of: readonly (string | null)[];
  /** Whether that also applies to explicit recipients. */
  readonly bindsNamed: boolean;
}

/** Readers who get the same letter. */
export interface AudienceGroup {
  /** Identifies the group in `prepare`. It is the same for the same view and history. */
  readonly key: string;
  readonly view: View;
  /** Papers of this edition that were already mailed to these readers (in `sent` or `uncertain` deliveries on this channel). */
  readonly had: readonly string[];
  /** The first of the edition's days that these readers get. */
  readonly firstDay: string | null;
  readonly readers: number;
}

/** The readers of an edition with their views at one instant. The store keeps only the last snapshot. */
export interface AudienceSnapshot {
  readonly id: number;
  readonly groups: readonly AudienceGroup[];
}

/** The letter of a group, or the reason why the group gets none. */
export interface GroupLetter {
  readonly key: string;
  readonly letter: Letter | null;
  /** The reason why there is no letter; counted in `excluded`. */
  readonly excluded?: string;
  /** The ids of the papers in the letter. */
  readonly papers: readonly string[];
}

export interface Plan {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly query: AudienceQuery;
  /** The id of the snapshot of `query`. `letters` has an entry for each of its groups. */
  readonly snapshot: number;
  readonly letters: readonly GroupLetter[];
  readonly now: Date;
  readonly sendBefore: Date;
  /** The days that this edition covers; none for files, addresses, trending and searches. */
  readonly days: readonly string[];
}

/** `snapshot-lost`: another process has taken a snapshot since then, or the server has crashed. */
export type PrepareResult = "prepared" | "already-prepared" | "snapshot-lost" | "miscounted";

export interface EditionStore {
  find(key: EditionKey): Promise<SavedEdition | null>;
  audience(query: AudienceQuery): Promise<readonly AudienceGroup[]>;
  /**
   * Groups the readers like `audience` and saves the group of each, so that `prepare` gives them the letters for their current
   * views. Only the holder of the run lock may call it.
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
   * Returns the days in a span (`YYYY-MM-DD`, inclusive) that editions of a channel cover: editions that were prepared for the
   * list or, with `named`, editions of which each of these subscribers has a delivery.
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
