import type { Clock, DeliveryState } from "../../core/model.js";
import type { Claim, EditionStore, LedgerStore, RunStore, SavedEdition } from "../../store/store.js";
import type { Stop } from "./circuit-breaker.js";
import type { ComposeContext } from "../message/compose.js";
import type { Transport } from "../transport.js";
import type { RateLimits } from "./quota.js";
import type { Verdict } from "../send-result.js";

/** What a drain works with; all effects are handed in. */
export interface DrainParts {
  readonly ledger: LedgerStore;
  readonly editions: Pick<EditionStore, "find" | "letter">;
  readonly runs: Pick<RunStore, "change">;
  readonly transport: Transport;
  /** Only these editions; empty: all open ones of the transport's channel. */
  readonly editionIds: readonly string[];
  /** What all messages of an edition share. Its date must follow from the edition, so that every try gives the same bytes. */
  readonly context: (edition: SavedEdition) => ComposeContext;
  readonly clock: Clock;
  /** Real time in ms, for the provider's limits. */
  readonly wall: () => number;
  /** Resolves after so many ms, or as soon as the signal aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Aborts to stop: nothing more is claimed, what is on the wire is finished. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<DrainLimits>;
  /** Stays until deferred deliveries are due again and the server is back, up to the editions' deadlines. */
  readonly wait?: boolean;
  /** Told after each attempt was written down. */
  readonly onAttempt?: (claim: Claim, verdict: Verdict) => void;
}

export interface DrainLimits {
  /** Connections side by side, at most 20. */
  readonly connections: number;
  /** Messages on their way to one recipient domain at once. */
  readonly perDomain: number;
  readonly rate: RateLimits;
  /** How long a claim holds without a word from us, in ms of real time; renewed four times as often. */
  readonly leaseMs: number;
  /** After an abort, what is on the wire may take so long, in ms. */
  readonly graceMs: number;
  /** Commits of so many ms are put together. */
  readonly groupMs: number;
}

/** What came of a drain. A message that was tried more than once counts each time; the ledger has the truth. */
export interface DrainResult {
  readonly attempts: Readonly<Record<Exclude<DeliveryState, "expired" | "suppressed">, number>>;
  /** Why it ended before everything claimable was tried; null when nothing was left to claim. */
  readonly stopped: Stop | null;
}

/** Defaults; a provider's presets go over them. */
export const DRAIN_LIMITS: DrainLimits = {
  connections: 5,
  perDomain: Number.POSITIVE_INFINITY,
  rate: {},
  leaseMs: 60_000,
  graceMs: 25_000,
  groupMs: 2,
};

/** More connections than this gain nothing anywhere and look like an attack. */
export const MAX_CONNECTIONS = 20;
