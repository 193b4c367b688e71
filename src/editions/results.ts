import { PaperboyError, REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { DELIVERY_STATES } from "../core/model.js";
import type { DeliveryState, Edition } from "../core/model.js";
import type { LedgerCounts, SavedEdition, Store } from "../store/store.js";

/** How one job of a run ended. */
export interface JobResult {
  readonly name: string;
  readonly editionId: string | null;
  /** `sent` for an edition that this run prepared; its deliveries determine the final result. */
  readonly reason: ReasonCode;
  readonly message: string;
  readonly hint: string | null;
  /** Whether the result is reported although nothing failed. */
  readonly isNotice?: true;
  /** Readers who got no letter and have no delivery, by reason. */
  readonly excluded?: SavedEdition["excluded"];
  /** The edition as the run would prepare it; only in a dry run. */
  readonly preview?: EditionPreview;
}

/** An edition in results, with counts that add up. */
export interface EditionResult {
  readonly id: string;
  readonly source: string;
  readonly date: string | null;
  readonly papers: number;
  readonly counts: LedgerCounts;
}

/** An edition, with the number of readers who get no letter of it, by reason: `{"no-match": 3}`. */
export interface EditionSummary {
  readonly result: EditionResult;
  readonly excluded: SavedEdition["excluded"];
}

/** An edition as a run would prepare it. */
export interface EditionPreview extends EditionSummary {
  readonly edition: Edition;
}

/** Returns an edition in the form of results. */
export function resultOf({ id, source, date, papers }: Edition, counts: LedgerCounts): EditionResult {
  return { id, source, date, papers: papers.length, counts };
}

/**
 * Returns a saved edition with its counts.
 * @throws PaperboyError `store-failed` when the states do not add up to the number prepared.
 */
export async function editionResult(
  { edition, channel, prepared }: SavedEdition,
  { ledger }: Pick<Store, "ledger">,
): Promise<EditionResult> {
  const counts = await ledger.counts({ editionId: edition.id, channel });
  const sum = DELIVERY_STATES.reduce((total, state) => total + counts[state], 0);
  if (sum === prepared && counts.prepared === prepared) return resultOf(edition, counts);
  throw new PaperboyError("store-failed", {
    message: `the deliveries of ${edition.id} do not add up: ${sum} of ${prepared}`,
    hint: "Run `paperboy store check`, and report the result.",
  });
}

/** How urgent each reason is: a run with several of them ends with the one of the lowest number (docs/architecture.md, "Reasons"). */
const URGENCY: Readonly<Record<ReasonCode, number>> = {
  internal: 1,
  "store-failed": 2,
  "io-failed": 3,
  "config-invalid": 4,
  "layout-changed": 5,
  "send-incomplete": 6,
  "enrich-failed": 7,
  "fetch-failed": 8,
  "not-ready": 9,
  usage: 10,
  "checks-failed": 11,
  sent: 12,
  "already-sent": 13,
  "no-papers": 14,
  "nothing-due": 15,
  "already-running": 16,
};

/** Returns the most urgent of several reasons. */
export function mostUrgent(reasons: readonly ReasonCode[]): ReasonCode {
  return reasons.toSorted((a, b) => URGENCY[a] - URGENCY[b])[0] ?? "nothing-due";
}

/** Whether the operator must act on a reason and is alerted. */
export function needsPerson(reason: ReasonCode): boolean {
  return REASONS[reason].exit !== 0 && reason !== "not-ready";
}

/** The part of a recorded run that later commands read. */
export interface RecordedResult {
  readonly editions: readonly Pick<EditionResult, "id" | "counts">[];
  /** Whether the run or one of its jobs failed. */
  readonly hasFailures: boolean;
  readonly hint: string | null;
}

interface StoredResult {
  readonly editions?: RecordedResult["editions"];
  readonly failures?: readonly { readonly reason: string }[];
  readonly hint?: string | null;
}

/** Reads the result of a recorded run. Fields that another version stored in a different form are empty. */
export function readRunResult(result: unknown): RecordedResult {
  const { editions = [], failures = [], hint = null } = (result ?? {}) as StoredResult;
  return { editions, hint, hasFailures: failures.some(({ reason }) => isReason(reason) && needsPerson(reason)) };
}

/** Whether this version of Paperboy knows a reason. */
export function isReason(text: string | undefined): text is ReasonCode {
  return text !== undefined && Object.hasOwn(REASONS, text);
}

/** Delivery states that no later run changes. */
const FINAL_FAILURES: readonly DeliveryState[] = ["refused", "uncertain", "expired"];

/** Whether the operator must act on an incomplete run. Deferred letters need no action, because later runs try them again. */
export function needsAction({ editions, hasFailures }: RecordedResult): boolean {
  return hasFailures || editions.some(({ counts }) => FINAL_FAILURES.some((state) => counts[state] > 0));
}
