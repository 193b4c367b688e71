import type { Edition, Letter, View } from "../core/model.js";
import type { Frequency } from "./subscribers.js";

/** `outbox` never counts as mailed. */
export type Channel = "outbox" | "smtp";

export interface EditionKey {
  readonly editionId: string;
  readonly channel: Channel;
}

/** An edition that is in the ledger, for one channel. */
export interface SavedEdition {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly preparedAt: Date;
  readonly sendBefore: Date;
  readonly candidates: number;
  /** Candidates that got no delivery, by reason (`gone`, `suppressed`, `paused`, `no-match`, `joined-later`). */
  readonly excluded: Readonly<Record<string, number>>;
  readonly prepared: number;
}

/** Who an edition is for: readers of a frequency, people named, or both. Named ones take part only when named. */
export interface AudienceQuery {
  readonly frequency: Frequency | null;
  readonly named: readonly string[];
  readonly edition: Pick<Edition, "id" | "papers">;
  readonly channel: Channel;
  readonly now: Date;
  /** Papers mailed to a reader since then count as had. */
  readonly hadSince: Date;
  /** The days that the edition covers, oldest first; a reader gets none but the latest from before the day of joining. */
  readonly days: readonly string[];
}

/** Readers who get the same letter. */
export interface AudienceGroup {
  /** Stable for the same readers and history; what `prepare` is keyed by. */
  readonly key: string;
  readonly view: View;
  /** Papers of this edition that these readers have had (in `sent` or `uncertain` deliveries on this channel). */
  readonly had: readonly string[];
  /** The first of the edition's days that these readers get. */
  readonly firstDay: string | null;
  readonly readers: number;
}

/** A letter for a group, or why the group gets none. */
export interface GroupLetter {
  readonly key: string;
  readonly letter: Letter | null;
  /** Why there is no letter: becomes a count in `excluded`. */
  readonly excluded?: string;
  /** The ids of the papers in the letter: what its readers will have had. */
  readonly papers: readonly string[];
}

export interface Plan {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly query: AudienceQuery;
  readonly letters: readonly GroupLetter[];
  readonly now: Date;
  readonly sendBefore: Date;
  /** The days that count as done once this is prepared; empty for files, addresses, trending, searches. */
  readonly days: readonly string[];
}

/** `audience-changed`: somebody joined, left or changed meanwhile; ask for the audience again. */
export type PrepareResult = "prepared" | "already-prepared" | "audience-changed" | "miscounted";

export interface EditionStore {
  find(key: EditionKey): Promise<SavedEdition | null>;
  audience(query: AudienceQuery): Promise<readonly AudienceGroup[]>;
  /**
   * An edition that is prepared already stays as it is; people named since are added to it, and its audience is only them.
   *
   * Freezes edition and letters, inserts all deliveries, counts them: candidates = prepared + excluded, or nothing is
   * saved.
   */
  prepare(plan: Plan): Promise<PrepareResult>;
  /** A letter by the id that a claim carries. */
  letter(letterId: string): Promise<Letter>;
  /** Days that an edition of this channel has covered, within the span (both ends included, `YYYY-MM-DD`). */
  coveredDays(channel: Channel, span: { readonly first: string; readonly last: string }): Promise<ReadonlySet<string>>;
  /** Those of a channel that were prepared at an instant or after it, in the order in which they were. */
  since(channel: Channel, instant: Date): Promise<readonly SavedEdition[]>;
  /** The newest first. */
  recent(limit: number): Promise<readonly SavedEdition[]>;
  /** Editions with deliveries that are neither ended nor expired. */
  open(channel: Channel): Promise<readonly SavedEdition[]>;
}
