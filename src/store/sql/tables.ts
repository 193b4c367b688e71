import type { Generated } from "kysely";
import type { PeriodKind } from "../../core/calendar.js";
import type { Frequency, LedgerState, Origin, PushState, TransactionalKind, SubscriberState } from "../store.js";

/** The tables as Kysely sees them (migrations.ts makes them). Instants are milliseconds since 1970 in UTC. */
export interface Tables {
  meta: { name: string; value: number };
  views: { id: Generated<number>; hash: string; body: string };
  subscribers: SubscriberTable;
  suppressions: { hash: string; since: number; reason: Generated<"erased" | "bounced" | "complained"> };
  editions: EditionTable;
  letters: { id: Generated<number>; edition_ref: number; body: string; hash: string };
  letter_papers: { letter_id: number; paper: string };
  covered_days: { channel: string; day: string; edition_ref: number };
  deliveries: DeliveryTable;
  runs: RunTable;
  named_values: { name: string; body: string };
  signups: SignupTable;
  /** Unconfirmed sign-ups of an address, by its keyed hash. */
  signup_attempts: { hash: string; attempts: number; last_at: number };
  /** Holds `tokens` at `refilled_at`; the row can be deleted from `full_at` on. */
  token_buckets: { name: string; tokens: number; refilled_at: number; full_at: number };
  transactional_mails: TransactionalTable;
  inbox: InboxTable;
  soft_bounces: { id: Generated<number>; subscriber_id: number; status: string; at: number };
  pushes: PushTable;
  archive_editions: ArchiveEditionTable;
  archive_papers: ArchivePaperTable;
  archive_paper_editions: { paper_ref: number; edition_ref: number };
}

/** The editions that may be public. */
export interface ArchiveEditionTable {
  edition_ref: number;
  date: string;
  kind: PeriodKind;
  /** The last part of the date, by which editions of a kind stand in order. */
  last: string;
  at: number;
  papers: number;
  titles: string;
}

export interface ArchivePaperTable {
  id: Generated<number>;
  paper: string;
  /** As the edition of `newest_at` has it. */
  body: string;
  newest_at: number;
  first_at: number;
  /** Its place on the page of the edition of `first_at`. */
  position: number;
}

export interface PushTable {
  id: Generated<number>;
  edition_id: string;
  target: string;
  state: PushState;
  attempts: Generated<number>;
  next_at: number | null;
  send_before: number;
  /** When its request was about to leave. */
  gate_at: number | null;
  claim_id: string | null;
  /** Real wall time. */
  lease_until: number | null;
  detail: string | null;
  changed_at: number;
}

export interface InboxTable {
  id: Generated<number>;
  /** SHA-256 of the mail: the same one is kept once. */
  hash: string;
  /** Forgotten once the mail is settled. */
  raw: Buffer | null;
  /** Null until the mail is settled. */
  outcome: string | null;
  received_at: number;
  settled_at: number | null;
}

export interface SignupTable {
  id: Generated<number>;
  address: string;
  address_key: string;
  frequency: Frequency;
  view_id: number;
  origin: "site" | "mail";
  requested_at: number;
}

export interface TransactionalTable {
  id: Generated<number>;
  kind: TransactionalKind;
  /** Forgotten, like the body, once the mail has ended. */
  address_key: string | null;
  body: string | null;
  state: "pending" | "claimed" | "sent" | "deferred" | "refused" | "uncertain" | "expired";
  attempts: Generated<number>;
  next_at: number | null;
  send_before: number;
  claim_id: string | null;
  /** Real wall time. */
  lease_until: number | null;
  detail: string | null;
  created_at: number;
  changed_at: number;
}

export interface SubscriberTable {
  id: Generated<number>;
  address: string;
  /** The address in lower case: two addresses are one when these are equal. */
  address_key: string;
  /** What the suppression list would hold for this address. */
  address_hash: string;
  domain: string;
  state: SubscriberState;
  paused_until: number | null;
  frequency: Frequency;
  view_id: number;
  origin: Origin;
  joined_at: number;
}

export interface EditionTable {
  id: Generated<number>;
  edition_id: string;
  channel: string;
  body: string;
  prepared_at: number;
  send_before: number;
  candidates: number;
  excluded: string;
  prepared: number;
  /** 1 once the deadline has passed and nothing is queued or claimed any more. */
  closed: Generated<number>;
}

export interface DeliveryTable {
  id: Generated<number>;
  edition_ref: number;
  /** The reader; negative for a named person of whom nothing but a hash is kept. */
  subscriber_id: number;
  letter_id: number | null;
  state: LedgerState;
  attempts: Generated<number>;
  /** How often an operator decided to send it again although it may have arrived. */
  resends: Generated<number>;
  next_at: number | null;
  gate_at: number | null;
  claim_id: string | null;
  /** Real wall time. */
  lease_until: number | null;
  detail: string | null;
  changed_at: number;
}

export interface RunTable {
  id: Generated<number>;
  started_at: number;
  ended_at: number;
  source: string | null;
  reason: string;
  message: string;
  result: string;
}
