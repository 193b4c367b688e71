import type { Clock, DeliveryState } from "../../core/model.js";
import type { Claim, EditionStore, LedgerStore, RunStore, SavedEdition } from "../../store/store.js";
import type { ComposeContext } from "../message/template.js";
import type { SendResult } from "../send-result.js";
import type { Transport } from "../transport.js";
import type { Stop } from "./stops.js";
import type { RateLimits } from "./quota.js";

/** What `drain` uses; every effect is passed in. */
export interface DrainParts {
  readonly ledger: LedgerStore;
  readonly editions: Pick<EditionStore, "find" | "letter">;
  readonly runs: Pick<RunStore, "get" | "change">;
  readonly transport: Transport;
  /** Only these editions; empty for all open editions of the transport's channel. */
  readonly editionIds: readonly string[];
  /** Returns what all messages of an edition share. The date must come from the edition, so that every attempt gives equal bytes. */
  readonly context: (edition: SavedEdition) => ComposeContext;
  readonly clock: Clock;
  /** Real time in ms, for the provider's limits. */
  readonly wall: () => number;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns numbers in [0, 1). */
  readonly random: () => number;
  /** Aborts to stop: nothing more is claimed, messages in progress are finished. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<DrainLimits>;
  /** Waits until deferred deliveries are due and the server is back, up to the editions' deadlines. */
  readonly wait?: boolean;
  /** How long after any drain's try of a message that is held this one may make another, in ms; default: at once. */
  readonly probeEveryMs?: number;
  /** Called after the result of each attempt was recorded. */
  readonly onAttempt?: (claim: Claim, result: SendResult) => void;
}

export interface DrainLimits {
  /** Connections open at the same time, at most 20. */
  readonly connections: number;
  /** Messages in progress to one recipient domain. */
  readonly perDomain: number;
  readonly rate: RateLimits;
  /** Duration of a claim's lease, in ms of real time; renewed four times as often. */
  readonly leaseMs: number;
  /** How long messages in progress may take after an abort, in ms. */
  readonly graceMs: number;
  /** Writes to the ledger within this many ms share one commit. */
  readonly groupMs: number;
}

/** A message that was tried more than once counts each time; the ledger has the final states. */
export interface DrainResult {
  readonly attempts: Readonly<Record<Exclude<DeliveryState, "expired" | "suppressed">, number>>;
  /** Why the drain ended before everything claimable was tried; null when nothing was left to claim. */
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

/** No server gains from more connections, and many take them for an attack. */
export const MAX_CONNECTIONS = 20;
