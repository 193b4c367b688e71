import type { Generated } from "kysely";
import type { Frequency, LedgerState, Origin, SubscriberState } from "../store.js";

/** The tables as Kysely sees them (migrations.ts makes them). Instants are milliseconds since 1970 in UTC. */
export interface Tables {
  meta: { name: string; value: number };
  views: { id: Generated<number>; hash: string; body: string };
  subscribers: SubscriberTable;
  suppressions: { hash: string; since: number };
  editions: EditionTable;
  letters: { id: Generated<number>; edition_ref: number; body: string; hash: string };
  letter_papers: { letter_id: number; paper: string };
  days: { channel: string; day: string; edition_ref: number };
  deliveries: DeliveryTable;
  runs: RunTable;
  kept_values: { name: string; body: string };
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
  dot_at: number | null;
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
