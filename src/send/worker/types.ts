import type { Clock, DeliveryState } from "../../core/model.js";
import type { Claim, EditionStore, LedgerStore, RunStore, SavedEdition } from "../../store/store.js";
import type { ComposeContext } from "../message/template.js";
import type { SendResult } from "../send-result.js";
import type { Transport } from "../transport.js";
import type { Stop } from "./circuit-breaker.js";
import type { RateLimits } from "./limits.js";

/** What `drain` needs. */
export interface DrainParts {
  readonly ledger: LedgerStore;
  readonly editions: Pick<EditionStore, "find" | "letter">;
  readonly runs: Pick<RunStore, "get" | "change">;
  readonly transport: Transport;
  /** The editions to send; empty for all open editions of the transport's channel. */
  readonly editionIds: readonly string[];
  /**
   * Returns the data that all messages of an edition share. The date must come from the edition, so that every attempt gives
   * the same bytes.
   */
  readonly context: (edition: SavedEdition) => ComposeContext;
  readonly clock: Clock;
  /** Returns the real time in ms, for the provider's limits. */
  readonly wall: () => number;
  /** Resolves after `ms` or when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns numbers in [0, 1). */
  readonly random: () => number;
  /** Stops the drain: nothing more is claimed, and messages in progress are finished. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<DrainLimits>;
  /**
   * Whether to wait until deferred deliveries are due and the server is available again, up to the deadlines of the editions.
   */
  readonly wait?: boolean;
  /** The minimum time, in ms, between two attempts to send a held message, by any drain; 0 by default. */
  readonly probeEveryMs?: number;
  /** Called after the result of each attempt has been recorded. */
  readonly onAttempt?: (claim: Claim, result: SendResult) => void;
}

export interface DrainLimits {
  /** The maximum number of simultaneous connections, up to 20. */
  readonly connections: number;
  /** The maximum number of messages in progress to one recipient domain. */
  readonly perDomain: number;
  readonly rate: RateLimits;
  /** The duration of a claim's lease, in ms of real time. It is renewed after a quarter of this time. */
  readonly leaseMs: number;
  /** The time that messages in progress may take after an abort, in ms. */
  readonly graceMs: number;
  /** The time in ms within which writes to the ledger share a commit. */
  readonly groupMs: number;
}

/** The result of a drain. A message that was tried several times counts each time; the ledger has the final states. */
export interface DrainResult {
  readonly attempts: Readonly<Record<Exclude<DeliveryState, "expired" | "suppressed">, number>>;
  /** Why the drain ended early; null if nothing was left to claim. */
  readonly stopped: Stop | null;
}

export const DRAIN_LIMITS: DrainLimits = {
  connections: 5,
  perDomain: Number.POSITIVE_INFINITY,
  rate: {},
  leaseMs: 60_000,
  graceMs: 25_000,
  groupMs: 2,
};

/** More connections make no server faster, and many servers treat them as an attack. */
export const MAX_CONNECTIONS = 20;
