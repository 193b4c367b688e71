import type { DeliveryState, Edition, Letter, View } from "../model.js";

/**
 * What is remembered: subscribers, editions with their letters, and the ledger of deliveries. SQLite stands behind it,
 * PostgreSQL may; `test/contract/store.ts` is what every implementation must do. Instants are Dates at the seam; all of
 * them come from the caller's clock except leases, which are real wall time (docs/architecture.md, "Time").
 *
 * Every call that writes is one transaction, durable when it resolves. Anything else is `store-failed`.
 */
export interface Store {
  readonly kind: "sqlite" | "postgres";
  readonly subscribers: SubscriberStore;
  readonly editions: EditionStore;
  readonly ledger: LedgerStore;
  readonly runs: RunStore;
  /** Makes this process the only one that runs, until it closes the lock or dies; null when another one is. */
  lock(): Promise<RunLock | null>;
  /** Integrity of the file, foreign keys, and that every edition's counts add up. Empty when all is well. */
  check(): Promise<readonly string[]>;
  /** A consistent copy in a new file (`VACUUM INTO`). */
  backup(file: string): Promise<void>;
  /**
   * Goes on with a database that was restored from a backup: until then `prepare`, `claim`,
   * `recover`, `expire` and `decide` refuse with `store-failed`.
   * Whatever is queued in it becomes `uncertain`, since it may have been mailed after the backup was taken.
   */
  adopt(): Promise<void>;
  close(): Promise<void>;
}

export interface RunLock {
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- subscribers

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
  /** By id, after the given one; for lists and exports in constant memory. */
  list(query: {
    readonly after: number;
    readonly limit: number;
    readonly state?: SubscriberState;
  }): Promise<readonly Subscriber[]>;
  /** Changes one reader; null when there is none. Leaving (`gone`, `bounced`) also suppresses what is still queued for them. */
  change(address: string, change: SubscriberChange, now: Date): Promise<Subscriber | null>;
  /** Removes the person and keeps a keyed hash in the suppression list. False when nobody was known (the hash is kept all the same). */
  erase(address: string, now: Date): Promise<boolean>;
  isSuppressed(address: string): Promise<boolean>;
  count(): Promise<Readonly<Record<SubscriberState, number>>>;
}

// ------------------------------------------------------------------------------------------------------- editions

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
  /** The newest first. */
  recent(limit: number): Promise<readonly SavedEdition[]>;
  /** Editions with deliveries that are neither ended nor expired. */
  open(channel: Channel): Promise<readonly SavedEdition[]>;
}

// --------------------------------------------------------------------------------------------------------- ledger

/** A delivery's states inside the store: `claimed` is `pending` in results before the end of data, `uncertain` after. */
export type LedgerState = DeliveryState | "claimed";

/** A delivery that this process may send now. */
export interface Claim {
  readonly id: number;
  readonly claimId: string;
  readonly editionId: string;
  readonly subscriberId: number;
  readonly address: string;
  readonly letterId: string;
  /** From 1. */
  readonly attempt: number;
}

export interface ClaimQuery {
  readonly channel: Channel;
  /** Only these editions; empty: all open ones. */
  readonly editionIds: readonly string[];
  readonly limit: number;
  readonly now: Date;
  /** Real wall time, in ms. */
  readonly leaseMs: number;
  /** Recipient domains that may not be claimed now (their limit is reached). */
  readonly exceptDomains?: readonly string[];
}

/** How one attempt ended. */
export interface Settlement {
  readonly claim: Pick<Claim, "id" | "claimId">;
  readonly state: Exclude<DeliveryState, "expired">;
  /** The server's words or a file's path. */
  readonly detail: string;
  /** When to try again; for `deferred`. */
  readonly nextAt?: Date;
  /** The address cannot get mail at all (5.1.x, 5.2.1): the reader becomes `bounced`. */
  readonly suppressReader?: boolean;
}

export interface DeliveryRow {
  readonly editionId: string;
  readonly channel: Channel;
  readonly subscriberId: number;
  /** Null when the person was erased. */
  readonly address: string | null;
  readonly state: LedgerState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly dotAt: Date | null;
  readonly detail: string | null;
  readonly changedAt: Date;
}

export type LedgerCounts = Readonly<Record<DeliveryState | "prepared", number>>;

export interface LedgerStore {
  /**
   * Takes deliveries that are pending or due again, before their deadline, whose reader has not left. Readers who have
   * left meanwhile end `suppressed`, deliveries past their deadline `expired`, in the same transaction.
   */
  claim(query: ClaimQuery): Promise<readonly Claim[]>;
  /** The gate: marks the end of data as about to leave, for those whose claim still holds and whose reader still wants it. */
  gate(claims: readonly Pick<Claim, "id" | "claimId">[], now: Date): Promise<ReadonlySet<number>>;
  renew(claims: readonly Pick<Claim, "id" | "claimId">[], leaseMs: number): Promise<void>;
  settle(results: readonly Settlement[], now: Date): Promise<void>;
  /** After the lock was taken: claims of the dead become `pending` (before the end of data) or `uncertain` (after). */
  recover(now: Date): Promise<{ readonly pending: number; readonly uncertain: number }>;
  /** Ends what is past its deadline. */
  expire(now: Date): Promise<number>;
  counts(key: EditionKey): Promise<LedgerCounts>;
  /** By id, after the given one. */
  list(query: {
    readonly state?: LedgerState;
    readonly editionId?: string;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly (DeliveryRow & { readonly id: number })[]>;
  /** When the next deferred delivery is due; null when none is. */
  nextDue(channel: Channel): Promise<Date | null>;
  /**
   * An operator's decision about deliveries in these states: `pending` sends again (an uncertain one once more at most, with
   * the same Message-ID), `sent` or `refused` resolves an uncertain one. Answers how many were changed.
   */
  decide(
    query: {
      readonly from: "deferred" | "refused" | "uncertain";
      readonly to: "pending" | "sent" | "refused";
      readonly editionId?: string;
      readonly address?: string;
    },
    now: Date,
  ): Promise<number>;
}

// ----------------------------------------------------------------------------------------------------------- runs

export interface RunRecord {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly source: string | null;
  readonly reason: string;
  readonly message: string;
  readonly result: unknown;
}

export interface RunStore {
  record(run: RunRecord): Promise<void>;
  recent(limit: number): Promise<readonly RunRecord[]>;
  /** A small named value, such as `paused` or a rate bucket; null when unset. */
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}
