import type { Generated } from "kysely";
import type { PeriodKind } from "../../core/calendar.js";
import type {
  Frequency,
  GrowthEvent,
  LedgerState,
  Origin,
  PushState,
  TransactionalKind,
  SubscriberState,
} from "../store.js";

/** The types of the tables for Kysely. schema.ts creates the tables. Instants are ms since 1970, UTC. */
export interface Tables {
  meta: { name: string; value: number };
  /** `source` is the source that the readers of a view follow instead of the site's days; null for the days. */
  views: { id: Generated<number>; hash: string; body: string; source: string | null };
  subscribers: {
    id: Generated<number>;
    address: string;
    /** The address in lower case; unique. */
    address_key: string;
    /** The hash of the address in the suppression list. */
    address_hash: string;
    domain: string;
    state: SubscriberState;
    paused_until: number | null;
    frequency: Frequency;
    view_id: number;
    /** The view about which the reader got a note that it matches nothing. */
    told_view_id: number | null;
    origin: Origin;
    joined_at: number;
  };
  suppressions: { hash: string; since: number };
  editions: {
    id: Generated<number>;
    edition_id: string;
    channel: string;
    body: string;
    prepared_at: number;
    send_before: number;
    candidates: number;
    excluded: string;
    prepared: number;
    /** 1 after the deadline, when no delivery is queued or claimed. */
    closed: Generated<number>;
    /** 1 after a run for the list has prepared it. Until then, only people named in a run have deliveries. */
    for_list: Generated<number>;
  };
  letters: { id: Generated<number>; edition_ref: number; body: string; hash: string };
  letter_papers: { letter_id: number; paper: string };
  covered_days: { channel: string; day: string; edition_ref: number };
  deliveries: {
    id: Generated<number>;
    edition_ref: number;
    /** The reader, or a negative number for a named person who was erased. */
    subscriber_id: number;
    letter_id: number | null;
    state: LedgerState;
    attempts: Generated<number>;
    /** The number of times that an operator queued it again while it was uncertain. */
    resends: Generated<number>;
    /** 1 once the operator was mailed that it failed, 2 once a run said so. */
    reported: Generated<number>;
    next_at: number | null;
    gate_at: number | null;
    claim_id: string | null;
    /** Wall time. */
    lease_until: number | null;
    detail: string | null;
    changed_at: number;
  };
  runs: {
    id: Generated<number>;
    started_at: number;
    ended_at: number;
    source: string | null;
    reason: string;
    message: string;
    result: string;
  };
  named_values: { name: string; body: string };
  signups: {
    id: Generated<number>;
    address: string;
    address_key: string;
    frequency: Frequency;
    view_id: number;
    origin: "site" | "mail";
    requested_at: number;
  };
  /** The number of unconfirmed sign-ups of an address, by its keyed hash. */
  signup_attempts: { hash: string; attempts: number; last_at: number };
  /** Readers who confirmed a sign-up and have no delivery since. */
  newcomers: { subscriber_id: number; confirmed_at: number };
  /** The number of people who joined, left and so on, by UTC day. */
  growth: { day: string; event: GrowthEvent; people: number };
  /** A token bucket, which had `tokens` at `refilled_at`. The row can be deleted from `full_at` on. */
  token_buckets: { name: string; tokens: number; refilled_at: number; full_at: number };
  transactional_mails: {
    id: Generated<number>;
    kind: TransactionalKind;
    /** The recipient; null, like the body, in a final state. */
    address_key: string | null;
    body: string | null;
    state: "pending" | "claimed" | "sent" | "deferred" | "refused" | "uncertain" | "expired";
    attempts: Generated<number>;
    next_at: number | null;
    send_before: number;
    claim_id: string | null;
    /** Wall time. */
    lease_until: number | null;
    detail: string | null;
    created_at: number;
    changed_at: number;
  };
  inbox: {
    id: Generated<number>;
    /** SHA-256 of the mail; a duplicate is ignored. */
    hash: string;
    /** The content; null after the mail is settled. */
    raw: Buffer | null;
    /** The outcome; null until the mail is settled. */
    outcome: string | null;
    received_at: number;
    settled_at: number | null;
  };
  bounces: { id: Generated<number>; subscriber_id: number; damage: "permanent" | "soft"; status: string; at: number };
  pushes: {
    id: Generated<number>;
    edition_id: string;
    target: string;
    state: PushState;
    attempts: Generated<number>;
    next_at: number | null;
    send_before: number;
    /** When the push passed the gate. */
    gate_at: number | null;
    claim_id: string | null;
    /** Wall time. */
    lease_until: number | null;
    detail: string | null;
    changed_at: number;
  };
  /** The editions in the public archive. */
  archive_editions: {
    edition_ref: number;
    date: string;
    kind: PeriodKind;
    /** The last day of the date (a catch-up has two). Editions of a kind are sorted by it. */
    last: string;
    at: number;
    papers: number;
    titles: string;
  };
  archive_papers: {
    id: Generated<number>;
    paper: string;
    /** The paper as it is in the edition of `newest_at`. */
    body: string;
    newest_at: number;
    first_at: number;
    /** The paper's index in the edition of `first_at`. */
    position: number;
  };
  archive_paper_editions: { paper_ref: number; edition_ref: number };
}
